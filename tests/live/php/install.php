<?php
// First of three steps, each its own PHP process: the WordPress tables and the owner.
define( 'WP_INSTALLING', true );
require __DIR__ . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install( '서울상점', 'owner', 'owner@example.com', true, '', wp_generate_password() );
update_option( 'permalink_structure', '/%postname%/' );
update_option( 'timezone_string', $shop['zone'] );
update_option( 'gmt_offset', '' );
