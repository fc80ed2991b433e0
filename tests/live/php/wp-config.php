<?php
// Configuration of the throw-away shop; the values that differ between shops stand in shop.json beside this file.
$shop = json_decode( file_get_contents( __DIR__ . '/shop.json' ), true );

define( 'DB_NAME', 'shop' );
define( 'DB_USER', '' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', '' );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
define( 'DB_DIR', __DIR__ . '/database/' );
define( 'DB_FILE', 'shop.sqlite' );
// One shop with two addresses: each server process takes its own for home, as OAuth signatures and links depend on it.
define( 'WP_HOME', getenv( 'AFTERCART_SHOP_BEHIND_TLS' ) ? $shop['https_url'] : $shop['url'] );
define( 'WP_SITEURL', WP_HOME );
define( 'WP_ENVIRONMENT_TYPE', 'local' );
// Only this machine may be called, so that a shop without internet does not wait for update servers.
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'WP_ACCESSIBLE_HOSTS', '127.0.0.1,localhost' );
// Scheduled work runs when somebody asks for wp-cron.php: a test, or the runner's own clock.
define( 'DISABLE_WP_CRON', true );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'WP_DEBUG', false );
$table_prefix = 'wp_';
if ( ! defined( 'ABSPATH' ) ) {
	define( 'ABSPATH', __DIR__ . '/' );
}
require_once ABSPATH . 'wp-settings.php';
