<?php
// On demand: fifty posts with categories and pictures, pages, and an application password; prints it as JSON.
require __DIR__ . '/wp-load.php';
wp_set_current_user( 1 );

function chunk( $kind, $bytes ) {
	return pack( 'N', strlen( $bytes ) ) . $kind . $bytes . pack( 'N', crc32( $kind . $bytes ) );
}

// A PNG of one colour; PHP's own picture library need not be there.
function make_picture( $number ) {
	$row  = "\0" . str_repeat( chr( 20 * $number % 256 ) . chr( 120 ) . chr( 200 ), 32 );
	$png  = "\x89PNG\r\n\x1a\n" . chunk( 'IHDR', pack( 'NNCCCCC', 32, 20, 8, 2, 0, 0, 0 ) );
	$png .= chunk( 'IDAT', gzcompress( str_repeat( $row, 20 ) ) ) . chunk( 'IEND', '' );
	$kept = wp_upload_bits( "그림-$number.png", null, $png );
	return $kept['url'];
}

function make_post( $number, $categories, $url ) {
	$blocks = "<!-- wp:heading --><h2 class=\"wp-block-heading\">Step $number</h2><!-- /wp:heading -->\n"
		. "<!-- wp:paragraph --><p>질문 {$number}의 답입니다. <strong>Return</strong> within $number days.</p><!-- /wp:paragraph -->\n"
		. "<!-- wp:image --><figure class=\"wp-block-image\"><img src=\"$url\" alt=\"Box $number\"/><figcaption>Caption $number</figcaption></figure><!-- /wp:image -->\n"
		. "<!-- wp:table --><figure class=\"wp-block-table\"><table><tbody><tr><td>Size</td><td>$number</td></tr></tbody></table></figure><!-- /wp:table -->";
	$classic = "Plain words of post $number.\n\n[caption id=\"a\" width=\"320\"]<img src=\"$url\" alt=\"Box $number\" /> Caption {$number}[/caption]\n\n[gone_plugin colour=\"red\"]kept words[/gone_plugin]";
	return wp_insert_post(
		array(
			'post_title'    => "질문 $number &amp; Question $number",
			'post_name'     => 0 === $number % 2 ? "question-$number" : "질문-$number",
			'post_content'  => wp_slash( 0 === $number % 5 ? $classic : $blocks ),
			'post_status'   => 0 === $number % 10 ? 'draft' : 'publish',
			'post_category' => array( $categories[ $number % count( $categories ) ] ),
		),
		true
	);
}

$categories = array();
foreach ( array( '반품', 'Shipping' ) as $name ) {
	$made         = wp_insert_term( $name, 'category' );
	$categories[] = $made['term_id'];
}
foreach ( range( 1, 50 ) as $number ) {
	make_post( $number, $categories, make_picture( $number % 10 ) );
}
list( $password ) = WP_Application_Passwords::create_new_application_password( 1, array( 'name' => 'test ' . wp_generate_password( 6, false ) ) );
echo wp_json_encode( array( 'user' => 'owner', 'password' => $password ) ), "\n";
