//! How a value is stored: text, whole numbers, yes and no as they are in CBOR, any other kind behind
//! its number. Values were once all behind their numbers, and are read so too.

use minicbor::data::Type;
use minicbor::decode::Error;
use minicbor::encode::{Error as EncodeError, Write};
use minicbor::{Decode, Decoder, Encode, Encoder};

use super::{Value, decimal_text};

const TEXT: u8 = 0;
const INTEGER: u8 = 1;
const DECIMAL: u8 = 2;
const BOOLEAN: u8 = 3;
const MOMENT: u8 = 4;
const MONEY: u8 = 5;
const LIST: u8 = 6;
const RECORD: u8 = 7;

impl<C> Encode<C> for Value {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, c: &mut C) -> Result<(), EncodeError<W::Error>> {
        match self {
            Self::Text(text) => text.encode(e, c),
            Self::Integer(integer) => e.i64(*integer)?.ok(),
            Self::Boolean(boolean) => e.bool(*boolean)?.ok(),
            Self::Decimal(decimal) => decimal_text::encode(decimal, behind(e, DECIMAL)?, c),
            Self::Moment(moment) => moment.encode(behind(e, MOMENT)?, c),
            Self::Money(money) => money.encode(behind(e, MONEY)?, c),
            Self::List(values) => values.encode(behind(e, LIST)?, c),
            Self::Record(fields) => fields.encode(behind(e, RECORD)?, c),
        }
    }
}

/// Begins a value behind its kind's number.
fn behind<W: Write>(
    e: &mut Encoder<W>,
    kind: u8,
) -> Result<&mut Encoder<W>, EncodeError<W::Error>> {
    e.array(2)?.u8(kind)?.array(1)
}

impl<'b, C> Decode<'b, C> for Value {
    fn decode(d: &mut Decoder<'b>, c: &mut C) -> Result<Self, Error> {
        let kind = d.datatype()?;
        if kind == Type::String {
            d.decode_with(c).map(Self::Text)
        } else if kind == Type::Bool {
            d.bool().map(Self::Boolean)
        } else if kind == Type::Array {
            read_behind(d, c)
        } else {
            // Whatever else it is, the error says so.
            d.i64().map(Self::Integer)
        }
    }
}

/// Reads a value behind its kind's number.
fn read_behind<C>(d: &mut Decoder<'_>, c: &mut C) -> Result<Value, Error> {
    let misfit = || Error::message("a value is behind the number of its kind");
    if d.array()? != Some(2) {
        return Err(misfit());
    }
    let kind = d.u8()?;
    if d.array()? != Some(1) {
        return Err(misfit());
    }
    match kind {
        TEXT => d.decode_with(c).map(Value::Text),
        INTEGER => d.i64().map(Value::Integer),
        DECIMAL => decimal_text::decode(d, c).map(Value::Decimal),
        BOOLEAN => d.bool().map(Value::Boolean),
        MOMENT => d.decode_with(c).map(Value::Moment),
        MONEY => d.decode_with(c).map(Value::Money),
        LIST => d.decode_with(c).map(Value::List),
        RECORD => d.decode_with(c).map(Value::Record),
        _ => Err(misfit()),
    }
}
