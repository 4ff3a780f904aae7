//! Where a request comes from, also through proxies.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::HeaderMap;
use ipnet::IpNet;

/// What each proxy adds the address to that it was asked from.
const FORWARDED: &str = "x-forwarded-for";

/// The address of the client: the connection's, or, where that is a proxy's that is trusted, the right-most one that was forwarded and
/// is not a trusted proxy's. What stands left of it anybody can have written.
pub fn address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut client = peer.to_canonical();
    // Several headers are one list, in their order.
    let lines = headers.get_all(FORWARDED).iter().rev();
    let mut hops = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
    while is_trusted(&client) {
        let Some(before) = hops.next().and_then(hop) else { break };
        client = before;
    }
    client
}

/// One entry: an address, as some proxies write it with its port.
fn hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|at| at.ip()));
    address.map(|address| address.to_canonical())
}

/// Whom a limit by address counts as one: a network of 64 bits of IPv6 is given to a single subscriber.
pub fn subscriber(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => Ipv6Addr::from_bits(six.to_bits() & (!0 << 64)).into(),
    }
}
