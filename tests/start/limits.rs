//! What the system lets the process have.
//!
//! Seen to fail: with the standard library's queue, the 130th connection was not answered; without raising, the limit stayed.

use std::{net::TcpStream, time::Duration};

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use partner_portal::start;

#[test]
fn a_burst_of_connections_waits_in_the_queue() {
    let listener = start::listen(([127, 0, 0, 1], 0).into(), "PORTAL_LISTEN").unwrap();
    let address = listener.local_addr().unwrap();
    // None of them is accepted; the standard library's queue holds 128.
    let waiting: Result<Vec<_>, _> = (0..400)
        .map(|_| TcpStream::connect_timeout(&address, Duration::from_secs(2)))
        .collect();
    assert_eq!(waiting.unwrap().len(), 400);
}

#[test]
fn as_many_files_may_be_open_as_the_system_allows() {
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    setrlimit(Resource::RLIMIT_NOFILE, 1024.min(hard - 1), hard).unwrap();
    start::raise_file_limit();
    assert_eq!(getrlimit(Resource::RLIMIT_NOFILE).unwrap(), (hard, hard));
}
