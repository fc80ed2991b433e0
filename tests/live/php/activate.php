<?php
// Second step: WooCommerce with its tables, and the settings of the shop.
require __DIR__ . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/plugin.php';
$fault = activate_plugin( 'woocommerce/woocommerce.php' );
if ( is_wp_error( $fault ) ) {
	fwrite( STDERR, $fault->get_error_message() . "\n" );
	exit( 1 );
}
$settings = array(
	'woocommerce_custom_orders_table_enabled' => 'yes',
	'woocommerce_store_address'               => '세종대로 110',
	'woocommerce_store_address_2'             => '3층',
	'woocommerce_store_city'                  => '서울',
	'woocommerce_store_postcode'              => '04524',
	'woocommerce_default_country'             => $shop['country'],
	'woocommerce_currency'                    => $shop['currency'],
	'woocommerce_price_num_decimals'          => (string) $shop['decimals'],
	'woocommerce_calc_taxes'                  => 'yes',
	'woocommerce_prices_include_tax'          => 'yes',
	'woocommerce_coming_soon'                 => 'no',
	'woocommerce_onboarding_profile'          => array( 'skipped' => true ),
	'woocommerce_bacs_settings'               => array( 'enabled' => 'yes', 'title' => '무통장 입금' ),
	'woocommerce_cod_settings'                => array( 'enabled' => 'yes', 'title' => '현금 결제' ),
);
foreach ( $settings as $name => $value ) {
	update_option( $name, $value );
}
