//! Settings of tests: small slices, low limits, the demo's dates.

use std::time::Duration;

use partner_portal::config::Settings;

pub fn settings() -> Settings {
    Settings {
        database_connections: 5,
        listen: ([127, 0, 0, 1], 0).into(),
        metrics_listen: None,
        secure_cookies: false,
        session_idle_minutes: 60,
        session_absolute_hours: 12,
        sign_in_failures: 3,
        sign_in_window_minutes: 15,
        upload_limit_mb: 20,
        migration_slice: 50,
        // Tests run side by side on busy machines; what is about being in time sets its own.
        patience: Duration::from_mins(1),
        psc_eligible_from: "2025-01-01T00:00:00Z".parse().unwrap(),
        psc_read_only_from: "2026-11-12T00:00:00Z".parse().unwrap(),
        psc_closed_from: "2026-12-12T00:00:00Z".parse().unwrap(),
        data_dir: std::env::temp_dir(),
        ..Settings::default()
    }
}
