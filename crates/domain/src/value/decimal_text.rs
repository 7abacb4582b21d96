//! A decimal is stored as its shortest text, so that 1.50 and 1.5 are one.

use minicbor::decode::Error;
use minicbor::encode::{Error as EncodeError, Write};
use minicbor::{Decoder, Encoder};
use rust_decimal::Decimal;

pub(super) fn encode<C, W: Write>(
    decimal: &Decimal,
    e: &mut Encoder<W>,
    _: &mut C,
) -> Result<(), EncodeError<W::Error>> {
    e.str(&decimal.normalize().to_string())?.ok()
}

pub(super) fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<Decimal, Error> {
    d.str()?.parse().map_err(|_| Error::message("not a decimal"))
}
