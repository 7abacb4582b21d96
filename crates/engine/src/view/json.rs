//! Views as JSON, in the same bytes as `serde_json` writes them, straight into a buffer.
//!
//! Most of what a view says are ids, moments and names, which need no escape: they are copied.

use domain::moment::two_digits;
use serde::ser::{self, Serialize, Serializer};
use serde_json::Error;

use crate::byte_words::needs_escape;

/// Appends a view.
pub(super) fn append<T: Serialize + ?Sized>(out: &mut Vec<u8>, view: &T) {
    view.serialize(JsonWriter(out)).expect("a view has text for keys");
}

/// Appends a text in quotation marks.
pub(super) fn quoted(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    escaped(out, text);
    out.push(b'"');
}

/// Appends a text as it stands between quotation marks.
pub(super) fn escaped(out: &mut Vec<u8>, text: &str) {
    if !needs_escape(text.as_bytes()) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    let quoted = serde_json::to_string(text).expect("text is JSON");
    out.extend_from_slice(&quoted.as_bytes()[1..quoted.len() - 1]);
}

/// The hundredths that a number is the nearest one to, below ten million: no shorter decimal is
/// nearest to the same one, so it is written as these are.
fn hundredths(number: f64) -> Option<i32> {
    const MAX: f64 = 1e7;
    if number.abs() >= MAX || number.is_nan() || (number == 0.0 && number.is_sign_negative()) {
        return None;
    }
    let hundredths = (number * 100.0).round();
    let is_nearest = (hundredths / 100.0).to_bits() == number.to_bits();
    is_nearest.then_some(hundredths as i32)
}

/// Writes one value.
struct JsonWriter<'o>(&'o mut Vec<u8>);

impl JsonWriter<'_> {
    fn bytes(self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Points of scores are such numbers.
    fn hundredths(self, number: i32) -> Result<(), Error> {
        if number < 0 {
            self.0.push(b'-');
        }
        let size = number.unsigned_abs();
        serde_json::to_writer(&mut *self.0, &(size / 100))?;
        let [tenths, last] = two_digits(size % 100);
        self.0.extend_from_slice(&[b'.', tenths]);
        if last != b'0' {
            self.0.push(last);
        }
        Ok(())
    }

    fn number(self, number: impl Serialize) -> Result<(), Error> {
        serde_json::to_writer(self.0, &number)
    }
}

impl<'o> JsonWriter<'o> {
    fn open(self, open: &[u8], close: &'static [u8]) -> PartsWriter<'o> {
        self.0.extend_from_slice(open);
        PartsWriter { out: self.0, is_first: true, close }
    }

    /// A variant with something in it: an object with its name.
    fn variant(self, name: &'static str) -> Self {
        self.0.push(b'{');
        quoted(self.0, name);
        self.0.push(b':');
        self
    }
}

/// Writes the parts of a list or of an object.
struct PartsWriter<'o> {
    out: &'o mut Vec<u8>,
    is_first: bool,
    close: &'static [u8],
}

impl PartsWriter<'_> {
    fn separate(&mut self) {
        if !std::mem::take(&mut self.is_first) {
            self.out.push(b',');
        }
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.separate();
        value.serialize(JsonWriter(self.out))
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Error> {
        self.separate();
        // The name of a field of ours: nothing in it is escaped.
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        value.serialize(JsonWriter(self.out))
    }

    fn finish(self) {
        self.out.extend_from_slice(self.close);
    }
}

impl<'o> Serializer for JsonWriter<'o> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = PartsWriter<'o>;
    type SerializeTuple = PartsWriter<'o>;
    type SerializeTupleStruct = PartsWriter<'o>;
    type SerializeTupleVariant = PartsWriter<'o>;
    type SerializeMap = PartsWriter<'o>;
    type SerializeStruct = PartsWriter<'o>;
    type SerializeStructVariant = PartsWriter<'o>;

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.bytes(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), Error> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), Error> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), Error> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<(), Error> {
        self.number(value)
    }

    fn serialize_u8(self, value: u8) -> Result<(), Error> {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), Error> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), Error> {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Error> {
        self.number(value)
    }

    fn serialize_f32(self, value: f32) -> Result<(), Error> {
        self.number(value)
    }

    fn serialize_f64(self, value: f64) -> Result<(), Error> {
        match hundredths(value) {
            Some(hundredths) => self.hundredths(hundredths),
            None => self.number(value),
        }
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        quoted(self.0, value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.bytes(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        let Self(out) = self.variant(variant);
        value.serialize(JsonWriter(out))?;
        out.push(b'}');
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<PartsWriter<'o>, Error> {
        Ok(self.open(b"[", b"]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<PartsWriter<'o>, Error> {
        Ok(self.open(b"[", b"]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<PartsWriter<'o>, Error> {
        Ok(self.open(b"[", b"]"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<PartsWriter<'o>, Error> {
        Ok(self.variant(variant).open(b"[", b"]}"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<PartsWriter<'o>, Error> {
        Ok(self.open(b"{", b"}"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<PartsWriter<'o>, Error> {
        Ok(self.open(b"{", b"}"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<PartsWriter<'o>, Error> {
        Ok(self.variant(variant).open(b"{", b"}}"))
    }
}

impl ser::SerializeMap for PartsWriter<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.separate();
        let at = self.out.len();
        key.serialize(JsonWriter(self.out))?;
        match self.out.get(at) {
            Some(b'"') => Ok(()),
            Some(_) | None => Err(ser::Error::custom("a key is text")),
        }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.out.push(b':');
        value.serialize(JsonWriter(self.out))
    }

    fn end(self) -> Result<(), Error> {
        self.finish();
        Ok(())
    }
}

/// The traits whose parts are items of a list.
macro_rules! items {
    ($($of:ident: $part:ident;)*) => {$(
        impl ser::$of for PartsWriter<'_> {
            type Ok = ();
            type Error = Error;

            fn $part<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.item(value)
            }

            fn end(self) -> Result<(), Error> {
                self.finish();
                Ok(())
            }
        }
    )*};
}

items! {
    SerializeSeq: serialize_element;
    SerializeTuple: serialize_element;
    SerializeTupleStruct: serialize_field;
    SerializeTupleVariant: serialize_field;
}

/// The traits whose parts are fields of an object.
macro_rules! fields {
    ($($of:ident;)*) => {$(
        impl ser::$of for PartsWriter<'_> {
            type Ok = ();
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Error> {
                self.field(name, value)
            }

            fn end(self) -> Result<(), Error> {
                self.finish();
                Ok(())
            }
        }
    )*};
}

fields! {
    SerializeStruct;
    SerializeStructVariant;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::{HandoffId, Moment};
    use serde::Serialize;

    use super::{append, escaped};

    #[derive(Serialize)]
    enum Kind {
        Unit,
        One(i8),
        Two(u8, char),
        Named { yes: bool },
    }

    #[derive(Serialize)]
    struct Everything {
        id: HandoffId,
        at: Option<Moment>,
        absent: Option<u16>,
        #[serde(skip_serializing_if = "Option::is_none")]
        skipped: Option<u16>,
        numbers: (i64, u64, f64, f32),
        kinds: Vec<Kind>,
        by_name: BTreeMap<&'static str, i32>,
        nothing: (),
        empty: [u8; 0],
    }

    #[test]
    fn a_view_comes_out_in_the_bytes_of_serde_json() {
        for number in [0.0, -0.0, 43.85, -0.01, 1e300, f64::MAX, f64::MIN_POSITIVE, f64::NAN] {
            let everything = Everything {
                id: HandoffId::caused_by(&[b"one"]),
                at: Some(Moment(1_773_669_600_000_001)),
                absent: None,
                skipped: None,
                numbers: (i64::MIN, u64::MAX, number, 0.1),
                kinds: vec![
                    Kind::Unit,
                    Kind::One(-1),
                    Kind::Two(2, '"'),
                    Kind::Named { yes: true },
                ],
                by_name: BTreeMap::from([("a\\", 1), ("ä", -2)]),
                nothing: (),
                empty: [],
            };
            let mut ours = b"before".to_vec();
            append(&mut ours, &everything);
            let theirs = serde_json::to_string(&everything).expect("JSON");
            assert_eq!(String::from_utf8(ours).expect("text"), format!("before{theirs}"));
        }
    }

    #[test]
    fn numbers_are_written_as_serde_json_writes_them() {
        let points = (-200_000..200_000).map(|number| f64::from(number) / 100.0);
        let edges = [9_999_999.99, 1e7, 10_000_000.01, -9_999_999.99, 0.005, 0.1 + 0.2, 1.0 / 3.0];
        for number in points.chain(edges) {
            let mut ours = Vec::new();
            append(&mut ours, &number);
            assert_eq!(ours, serde_json::to_vec(&number).expect("JSON"), "{number}");
        }
    }

    #[test]
    fn a_text_is_escaped_as_json_wherever_the_character_stands() {
        for character in (0..=0x7f_u8).map(char::from).chain(['ä', '漢', '\u{2028}', '🦀']) {
            for before in 0..18 {
                for after in 0..9 {
                    let text = format!("{}{character}{}", "x".repeat(before), "ÿ".repeat(after));
                    let mut ours = b"\"".to_vec();
                    escaped(&mut ours, &text);
                    ours.push(b'"');
                    assert_eq!(ours, serde_json::to_vec(&text).expect("JSON"), "{text:?}");
                }
            }
        }
    }
}
