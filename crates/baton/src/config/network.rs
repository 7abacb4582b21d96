//! Ranges of addresses, as `10.0.0.0/8`.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// Addresses that begin with the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    base: IpAddr,
    bits: u8,
}

/// The text is no range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a range reads like `10.0.0.5/32` or `fd00::/8`")]
pub struct RangeError;

impl Range {
    /// Whether every address lies in it.
    pub const fn is_everybody(&self) -> bool {
        self.bits == 0
    }

    /// Whether an address lies in the range. An IPv4 address inside IPv6 counts as what it is.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                same(u32::from(base).into(), u32::from(address).into(), 32, self.bits)
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                same(base.into(), address.into(), 128, self.bits)
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

/// Whether the first `bits` of `width` are the same.
fn same(base: u128, address: u128, width: u32, bits: u8) -> bool {
    let apart = width - u32::from(bits);
    apart == 128 || (base ^ address) >> apart == 0
}

impl FromStr for Range {
    type Err = RangeError;

    fn from_str(text: &str) -> Result<Self, RangeError> {
        let (base, bits) = match text.split_once('/') {
            Some((base, bits)) => (base, Some(bits)),
            None => (text, None),
        };
        let base: IpAddr = base.parse().map_err(|_| RangeError)?;
        let width = if base.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(width), str::parse).map_err(|_| RangeError)?;
        if bits <= width { Ok(Self { base, bits }) } else { Err(RangeError) }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.base, self.bits)
    }
}
