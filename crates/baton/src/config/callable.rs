//! Which addresses may be called: the public ones, and those that the configuration allows by name.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::config::Range;

/// Whether the courier may call the address.
pub fn may_call(address: IpAddr, allowed: &[Range]) -> bool {
    let address = plain(address);
    is_public(address) || allowed.iter().any(|range| range.contains(address))
}

/// An IPv4 address in IPv6 clothes is that IPv4 address.
fn plain(address: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = address else { return address };
    let [first, second, third, .., last_but_one, last] = six.segments();
    let four = |high: u16, low: u16| {
        IpAddr::V4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
    };
    match (first, second) {
        // NAT64.
        (0x64, 0xff9b) => four(last_but_one, last),
        // 6to4 carries the address behind its prefix.
        (0x2002, _) => four(second, third),
        _ => six.to_ipv4_mapped().or_else(|| compatible(six)).map_or(address, IpAddr::V4),
    }
}

/// `::a.b.c.d`, the oldest of the clothes. `::` and `::1` are addresses of their own.
fn compatible(six: Ipv6Addr) -> Option<Ipv4Addr> {
    let bits = six.to_bits();
    (bits > 1 && bits <= u128::from(u32::MAX)).then(|| Ipv4Addr::from_bits(bits as u32))
}

const fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => is_public_v4(four),
        IpAddr::V6(six) => is_public_v6(six),
    }
}

const fn is_public_v4(four: Ipv4Addr) -> bool {
    let [a, b, c, _] = four.octets();
    // This network, shared address space, IETF protocols, benchmarks, and what is reserved.
    let special = a == 0
        || a == 100 && b & 0xc0 == 64
        || a == 192 && b == 0 && c == 0
        || a == 198 && b & 0xfe == 18
        || a >= 240;
    !(special
        || four.is_private()
        || four.is_loopback()
        || four.is_link_local()
        || four.is_documentation()
        || four.is_multicast())
}

const fn is_public_v6(six: Ipv6Addr) -> bool {
    let [a, b, ..] = six.segments();
    // Only 2000::/3 is given out; in it, documentation and Teredo are not for calling.
    a & 0xe000 == 0x2000 && !(a == 0x2001 && (b == 0xdb8 || b == 0)) && a != 0x3fff
}

#[cfg(test)]
mod tests {
    use super::may_call;
    use crate::config::Range;

    #[track_caller]
    fn check(address: &str, allowed: &[&str], expected: bool) {
        let allowed: Vec<Range> = allowed.iter().map(|text| text.parse().unwrap()).collect();
        assert_eq!(may_call(address.parse().unwrap(), &allowed), expected, "{address}");
    }

    #[test]
    fn only_public_addresses_are_called() {
        for public in ["93.184.216.34", "2606:2800:220:1::1", "8.8.8.8"] {
            check(public, &[], true);
        }
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "192.0.2.1",
            "::",
            "::1",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "2001:db8::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "::127.0.0.1",
        ] {
            check(inside, &[], false);
        }
    }

    #[test]
    fn what_the_configuration_names_is_called() {
        check("127.0.0.1", &["127.0.0.1/32"], true);
        check("::ffff:127.0.0.1", &["127.0.0.1/32"], true);
        check("127.0.0.2", &["127.0.0.1/32"], false);
        check("10.200.0.9", &["10.0.0.0/8"], true);
        check("172.16.0.9", &["10.0.0.0/8"], false);
        check("fd12::1", &["fd00::/8"], true);
    }
}
