<?php
// Third step: keys, tax rates, products, customers and orders; prints the keys as one line of JSON.
require __DIR__ . '/wp-load.php';
wp_set_current_user( 1 );
WC()->payment_gateways();

function make_key( $permissions ) {
	global $wpdb;
	$key    = 'ck_' . wc_rand_hash();
	$secret = 'cs_' . wc_rand_hash();
	$wpdb->insert(
		$wpdb->prefix . 'woocommerce_api_keys',
		array(
			'user_id'         => 1,
			'description'     => 'test ' . $permissions,
			'permissions'     => $permissions,
			'consumer_key'    => wc_api_hash( $key ),
			'consumer_secret' => $secret,
			'truncated_key'   => substr( $key, -7 ),
		)
	);
	return array( 'key' => $key, 'secret' => $secret );
}

function make_tax_rates() {
	foreach ( array( array( 'KR', '10.0000', '부가세' ), array( 'DE', '19.0000', 'MwSt. 19%' ) ) as list( $country, $rate, $name ) ) {
		WC_Tax::_insert_tax_rate(
			array(
				'tax_rate_country'  => $country,
				'tax_rate_state'    => '',
				'tax_rate'          => $rate,
				'tax_rate_name'     => $name,
				'tax_rate_priority' => 1,
				'tax_rate_compound' => 0,
				'tax_rate_shipping' => 1,
				'tax_rate_order'    => 0,
				'tax_rate_class'    => '',
			)
		);
	}
}

function make_product( $product, $name, $price, $sku ) {
	$product->set_name( $name );
	$product->set_sku( $sku );
	if ( null !== $price ) {
		$product->set_regular_price( (string) $price );
	}
	$product->set_status( 'publish' );
	$product->save();
	return $product;
}

function make_products( $unit ) {
	$shirt = make_product( new WC_Product_Simple(), '면 티셔츠', 15900 * $unit, 'SHIRT' );
	$tea   = make_product( new WC_Product_Simple(), 'Tea &amp; Biscuits', 33000 * $unit, 'TEA' ); // As the editor and the API store it.

	$book = new WC_Product_Simple();
	$book->set_downloadable( true );
	$book->set_virtual( true );
	$book = make_product( $book, '전자책', 9000 * $unit, 'BOOK' );

	$size = new WC_Product_Attribute();
	$size->set_name( 'Size' );
	$size->set_options( array( 'S', 'L & XL' ) );
	$size->set_variation( true );
	$mug = new WC_Product_Variable();
	$mug->set_attributes( array( $size ) );
	$mug = make_product( $mug, '머그', null, 'MUG' );
	foreach ( array( 'S' => 12000, 'L & XL' => 14000 ) as $option => $price ) {
		$variation = new WC_Product_Variation();
		$variation->set_parent_id( $mug->get_id() );
		$variation->set_attributes( array( 'size' => $option ) );
		$last = make_product( $variation, '', $price * $unit, 'MUG-' . substr( $option, 0, 1 ) );
	}
	WC_Product_Variable::sync( $mug->get_id() );
	return array( $shirt, $tea, $book, wc_get_product( $last->get_id() ) );
}

function make_customers() {
	$made = array();
	foreach ( array( '민준', '서연', '예린' ) as $number => $name ) {
		$customer = new WC_Customer();
		$customer->set_username( 'customer' . $number );
		$customer->set_email( "kr0$number@example.com" );
		$customer->set_password( wp_generate_password() );
		$customer->set_first_name( $name );
		$customer->set_last_name( '김' );
		$customer->set_billing_country( 'KR' );
		$customer->set_billing_email( "kr0$number@example.com" );
		$customer->save();
		$made[] = $customer;
	}
	return $made;
}

function make_order( $customer, $products, $gateway, $status ) {
	$order = wc_create_order( array( 'customer_id' => $customer ? $customer->get_id() : 0 ) );
	$order->set_address(
		array(
			'first_name' => $customer ? $customer->get_first_name() : '손님',
			'last_name'  => '김',
			'address_1'  => '테헤란로 3길 12',
			'city'       => '서울',
			'postcode'   => '06236',
			'country'    => 'KR',
			'email'      => $customer ? $customer->get_email() : 'guest@example.com',
			'phone'      => '010-1234-5678',
		),
		'billing'
	);
	foreach ( $products as $product ) {
		$order->add_product( $product, 2 );
	}
	$shipping = new WC_Order_Item_Shipping();
	$shipping->set_props( array( 'method_title' => '택배', 'method_id' => 'flat_rate', 'total' => wc_format_decimal( 2727 / $GLOBALS['per_unit'] ) ) );
	$order->add_item( $shipping );
	$order->set_payment_method( WC()->payment_gateways()->payment_gateways()[ $gateway ] );
	$order->calculate_totals();
	if ( in_array( $status, array( 'processing', 'completed' ), true ) ) {
		$order->payment_complete();
	}
	$order->set_status( $status );
	$order->save();
	return $order;
}

function refund( $order, $amount, $lines ) {
	$refund = wc_create_refund( array( 'order_id' => $order->get_id(), 'amount' => $amount, 'line_items' => $lines, 'reason' => '변심' ) );
	if ( is_wp_error( $refund ) ) {
		fwrite( STDERR, $refund->get_error_message() . "\n" );
		exit( 1 );
	}
}

function refund_one_line( $order ) {
	$line  = current( $order->get_items() );
	$tax   = array_map( 'floatval', $line->get_taxes()['total'] );
	$lines = array( $line->get_id() => array( 'qty' => 1, 'refund_total' => $line->get_total() / 2, 'refund_tax' => array_map( fn( $part ) => $part / 2, $tax ) ) );
	refund( $order, wc_format_decimal( ( $line->get_total() + array_sum( $tax ) ) / 2, wc_get_price_decimals() ), $lines );
}

$per_unit = 0 === (int) $shop['decimals'] ? 1 : 1000;
make_tax_rates();
$products  = make_products( 1 / $per_unit );
$customers = make_customers();
foreach ( array( 'processing', 'completed', 'pending', 'on-hold', 'cancelled', 'failed', 'shipped' ) as $number => $status ) {
	make_order( $customers[ $number % 3 ], array( $products[ $number % 4 ] ), 'bacs', $status );
	make_order( null, array( $products[0], $products[ 1 + $number % 3 ] ), 'cod', $status );
}
refund_one_line( make_order( $customers[0], array( $products[0], $products[1] ), 'bacs', 'completed' ) );
refund( make_order( $customers[1], array( $products[1] ), 'bacs', 'completed' ), wc_format_decimal( 5000 / $per_unit ), array() );
make_order( $customers[2], array( $products[2] ), 'bacs', 'completed' )->update_status( 'refunded' );
make_order( $customers[2], array( $products[0] ), 'bacs', 'completed' )->delete( false );

flush_rewrite_rules();
echo "\n" . wp_json_encode( array( 'read' => make_key( 'read' ), 'write' => make_key( 'read_write' ) ) ) . "\n";
