//! Canonical bytes: what a strategy's version is the hash of.
//!
//! Two files that mean the same give the same bytes, whatever their layout, comments or order of
//! keys; spans are not part of it. Every text and every list says its length first, so that no two
//! different values run together into the same bytes.

use domain::{Moment, Span};

/// Something with canonical bytes.
pub trait Canonical {
    /// Appends the bytes.
    fn canonical(&self, out: &mut Vec<u8>);
}

/// Canonical bytes of a struct: its fields in the order in which they are named.
///
/// `canonical!(Target { within, warn });`
macro_rules! canonical {
    ($type:ty { $($field:ident),* $(,)? }) => {
        impl $crate::canonical::Canonical for $type {
            fn canonical(&self, out: &mut Vec<u8>) {
                $($crate::canonical::Canonical::canonical(&self.$field, out);)*
            }
        }
    };
}
pub(crate) use canonical;

impl Canonical for str {
    fn canonical(&self, out: &mut Vec<u8>) {
        (self.len() as u64).canonical(out);
        out.extend_from_slice(self.as_bytes());
    }
}

impl Canonical for String {
    fn canonical(&self, out: &mut Vec<u8>) {
        self.as_str().canonical(out);
    }
}

impl Canonical for bool {
    fn canonical(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }
}

macro_rules! numbers {
    ($($type:ty)*) => {$(
        impl Canonical for $type {
            fn canonical(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_be_bytes());
            }
        }
    )*};
}
numbers! { u8 u16 u32 u64 i8 i16 i32 i64 }

impl Canonical for usize {
    fn canonical(&self, out: &mut Vec<u8>) {
        (*self as u64).canonical(out);
    }
}

impl Canonical for Moment {
    fn canonical(&self, out: &mut Vec<u8>) {
        self.0.canonical(out);
    }
}

impl Canonical for Span {
    fn canonical(&self, out: &mut Vec<u8>) {
        self.0.canonical(out);
    }
}

impl Canonical for jiff::civil::Date {
    fn canonical(&self, out: &mut Vec<u8>) {
        self.year().canonical(out);
        self.month().canonical(out);
        self.day().canonical(out);
    }
}

impl Canonical for rust_decimal::Decimal {
    /// The shortest text, so that 1.50 and 1.5 are one.
    fn canonical(&self, out: &mut Vec<u8>) {
        self.normalize().to_string().canonical(out);
    }
}

impl<T: Canonical + ?Sized> Canonical for &T {
    fn canonical(&self, out: &mut Vec<u8>) {
        (**self).canonical(out);
    }
}

impl<T: Canonical + ?Sized> Canonical for Box<T> {
    fn canonical(&self, out: &mut Vec<u8>) {
        (**self).canonical(out);
    }
}

impl<T: Canonical + ?Sized> Canonical for std::sync::Arc<T> {
    fn canonical(&self, out: &mut Vec<u8>) {
        (**self).canonical(out);
    }
}

impl<T: Canonical> Canonical for Option<T> {
    fn canonical(&self, out: &mut Vec<u8>) {
        self.is_some().canonical(out);
        if let Some(value) = self {
            value.canonical(out);
        }
    }
}

impl<T: Canonical> Canonical for [T] {
    fn canonical(&self, out: &mut Vec<u8>) {
        self.len().canonical(out);
        for value in self {
            value.canonical(out);
        }
    }
}

impl<T: Canonical> Canonical for Vec<T> {
    fn canonical(&self, out: &mut Vec<u8>) {
        self.as_slice().canonical(out);
    }
}

impl<A: Canonical, B: Canonical> Canonical for (A, B) {
    fn canonical(&self, out: &mut Vec<u8>) {
        self.0.canonical(out);
        self.1.canonical(out);
    }
}

impl<K: Canonical, V: Canonical> Canonical for std::collections::BTreeMap<K, V> {
    fn canonical(&self, out: &mut Vec<u8>) {
        self.len().canonical(out);
        for (key, value) in self {
            key.canonical(out);
            value.canonical(out);
        }
    }
}

impl Canonical for domain::Text {
    fn canonical(&self, out: &mut Vec<u8>) {
        self.as_str().canonical(out);
    }
}

impl Canonical for domain::Fields {
    fn canonical(&self, out: &mut Vec<u8>) {
        self.len().canonical(out);
        for (name, value) in self {
            name.canonical(out);
            value.canonical(out);
        }
    }
}

impl<T: Canonical> Canonical for std::collections::BTreeSet<T> {
    fn canonical(&self, out: &mut Vec<u8>) {
        self.len().canonical(out);
        for value in self {
            value.canonical(out);
        }
    }
}

impl Canonical for domain::Value {
    fn canonical(&self, out: &mut Vec<u8>) {
        match self {
            Self::Text(text) => (0_u8, text).canonical(out),
            Self::Integer(integer) => (1_u8, *integer).canonical(out),
            Self::Decimal(decimal) => (2_u8, *decimal).canonical(out),
            Self::Boolean(boolean) => (3_u8, *boolean).canonical(out),
            Self::Moment(moment) => (4_u8, *moment).canonical(out),
            Self::Money(money) => (5_u8, (money.amount, &money.currency)).canonical(out),
            Self::List(values) => (6_u8, values).canonical(out),
            Self::Record(fields) => (7_u8, fields).canonical(out),
        }
    }
}

impl<T: Canonical> Canonical for notation::Spanned<T> {
    /// The value alone: where it stands does not change what it means.
    fn canonical(&self, out: &mut Vec<u8>) {
        self.value.canonical(out);
    }
}

impl Canonical for notation::Duration {
    fn canonical(&self, out: &mut Vec<u8>) {
        self.days.canonical(out);
        self.open.canonical(out);
        self.working_days.canonical(out);
    }
}
