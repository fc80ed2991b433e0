<?php
/**
 * Plugin Name: Shop for tests
 * Description: Lets webhooks reach any local port, runs the job queue at every cron request, keeps mails in a file.
 */

defined( 'ABSPATH' ) || exit;

// WordPress calls only ports 80, 443 and 8080, and no local address; a service under test has another port.
add_filter(
	'http_allowed_safe_ports',
	function ( $ports, $host, $url ) {
		if ( in_array( $host, array( '127.0.0.1', 'localhost' ), true ) ) {
			$ports[] = (int) wp_parse_url( $url, PHP_URL_PORT );
		}
		return $ports;
	},
	10,
	3
);
add_filter(
	'http_request_host_is_external',
	function ( $allowed, $host ) {
		return $allowed || in_array( $host, array( '127.0.0.1', 'localhost' ), true );
	},
	10,
	2
);

// The queue of a real shop runs once a minute; here at each request of wp-cron.php that comes a second after the last.
add_filter(
	'cron_schedules',
	function ( $schedules ) {
		$schedules['each_second'] = array(
			'interval' => 1,
			'display'  => 'Each second',
		);
		return $schedules;
	}
);
add_filter(
	'action_scheduler_run_schedule',
	function () {
		return 'each_second';
	}
);

add_filter(
	'pre_wp_mail',
	function ( $sent, $mail ) {
		file_put_contents( ABSPATH . 'mails.jsonl', wp_json_encode( $mail ) . "\n", FILE_APPEND | LOCK_EX );
		return true;
	},
	10,
	2
);

// A status of its own, as shop plugins add them.
add_action(
	'init',
	function () {
		register_post_status( 'wc-shipped', array( 'label' => '배송중', 'public' => true ) );
	}
);
add_filter(
	'wc_order_statuses',
	function ( $statuses ) {
		$statuses['wc-shipped'] = '배송중';
		return $statuses;
	}
);
