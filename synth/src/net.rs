//! Ports and address blocks that are right once they compile.

use std::{fmt, ops::RangeInclusive};

use crate::{expr::Expr, value::IntoValue};

/// A TCP or UDP port, 1 to 65,535. [`port!`](crate::port) makes one that is checked by the compiler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Port(u16);

/// An IPv4 address block such as `10.0.0.0/16`. [`cidr!`](crate::cidr) makes one that is checked by the compiler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cidr {
    address: u32,
    bits: u8,
}

/// The port of that number; 0 and numbers over 65,535 do not compile.
///
/// ```
/// use formwork_synth::port;
/// assert_eq!(port!(8080).number(), 8080);
/// ```
///
/// ```compile_fail
/// formwork_synth::port!(0);
/// ```
#[macro_export]
macro_rules! port {
    ($number:expr) => {
        const {
            match $crate::Port::new($number) {
                Some(port) => port,
                None => panic!("a port is a number from 1 to 65535"),
            }
        }
    };
}

/// The address block of that text; a malformed one, and one with host bits set, does not compile.
///
/// ```
/// use formwork_synth::cidr;
/// assert_eq!(cidr!("10.0.0.0/16").to_string(), "10.0.0.0/16");
/// ```
///
/// ```compile_fail
/// formwork_synth::cidr!("10.0.0.1/16");
/// ```
#[macro_export]
macro_rules! cidr {
    ($text:expr) => {
        const {
            match $crate::Cidr::parse($text) {
                Ok(block) => block,
                Err($crate::CidrError::Malformed) => {
                    panic!("an address block is written as four numbers and a prefix: `10.0.0.0/16`")
                }
                Err($crate::CidrError::HostBits) => {
                    panic!("host bits are set: the address must end in zeros after the prefix, as in `10.0.0.0/16`")
                }
            }
        }
    };
}

/// Why a text is no address block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CidrError {
    /// It is not four numbers and a prefix.
    Malformed,
    /// The address does not end in zeros after the prefix.
    HostBits,
}

impl Port {
    /// The port of that number, unless it is 0.
    pub const fn new(number: u16) -> Option<Self> {
        if number == 0 { None } else { Some(Self(number)) }
    }

    /// Its number.
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl Cidr {
    /// Reads `10.0.0.0/16`.
    pub const fn parse(text: &str) -> Result<Self, CidrError> {
        let bytes = text.as_bytes();
        let (mut at, mut address, mut part) = (0, 0u32, 0);
        while part < 4 {
            let Some((number, next)) = number(bytes, at, 255) else { return Err(CidrError::Malformed) };
            let separator = if part == 3 { b'/' } else { b'.' };
            if next >= bytes.len() || bytes[next] != separator {
                return Err(CidrError::Malformed);
            }
            address = (address << 8) | number;
            at = next + 1;
            part += 1;
        }
        match number(bytes, at, 32) {
            Some((bits, end)) if end == bytes.len() => {
                let block = Self { address, bits: bits as u8 };
                if address & !block.mask() == 0 { Ok(block) } else { Err(CidrError::HostBits) }
            }
            _ => Err(CidrError::Malformed),
        }
    }

    /// The length of the prefix, 0 to 32.
    pub const fn bits(self) -> u8 {
        self.bits
    }

    /// The `index`th block of `bits` prefix bits inside this one, if there is one.
    pub const fn subnet(self, bits: u8, index: u32) -> Option<Self> {
        if bits < self.bits || bits > 32 || index as u64 >= 1 << (bits - self.bits) {
            return None;
        }
        let offset = (index as u64) << (32 - bits);
        Some(Self { address: self.address + offset as u32, bits })
    }

    /// True where the two have an address in common.
    pub const fn overlaps(self, other: Self) -> bool {
        let mask = if self.bits < other.bits { self.mask() } else { other.mask() };
        self.address & mask == other.address & mask
    }

    const fn mask(self) -> u32 {
        if self.bits == 0 { 0 } else { u32::MAX << (32 - self.bits) }
    }
}

/// The decimal number at a place, up to a limit, and the place after it.
const fn number(bytes: &[u8], mut at: usize, limit: u32) -> Option<(u32, usize)> {
    let start = at;
    let mut number = 0;
    while at < bytes.len() && bytes[at].is_ascii_digit() {
        number = number * 10 + (bytes[at] - b'0') as u32;
        if number > limit {
            return None;
        }
        at += 1;
    }
    let leading_zero = at > start + 1 && bytes[start] == b'0';
    if at == start || leading_zero { None } else { Some((number, at)) }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = self.address.to_be_bytes();
        write!(f, "{a}.{b}.{c}.{d}/{}", self.bits)
    }
}

impl IntoValue<i64> for Port {
    fn into_expr(self) -> Expr {
        Expr::Number(self.0.into())
    }
}

impl IntoValue<String> for Cidr {
    fn into_expr(self) -> Expr {
        Expr::text(self.to_string())
    }
}

/// One port, or several in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ports {
    pub(crate) from: u16,
    pub(crate) to: u16,
}

impl From<Port> for Ports {
    fn from(port: Port) -> Self {
        Self { from: port.0, to: port.0 }
    }
}

impl From<RangeInclusive<Port>> for Ports {
    fn from(ports: RangeInclusive<Port>) -> Self {
        Self { from: ports.start().0, to: ports.end().0 }
    }
}

impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to { self.from.fmt(f) } else { write!(f, "{}-{}", self.from, self.to) }
    }
}
