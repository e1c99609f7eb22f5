//! Time zones and local time.
