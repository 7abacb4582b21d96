//! An entry of the journal: one turn's facts about one aggregate, and how its clear part is read.

use std::convert::Infallible;

use minicbor::data::Type;
use minicbor::decode::Error as DecodeError;
use minicbor::encode::Error as EncodeError;
use minicbor::{Decoder, Encoder};

use super::form1;
use super::header::{Header, SCHEMA};
use super::id_references;
use super::kinds::Fact;
use super::parts::BodyMac;
use crate::moment::Moment;

/// One turn's facts about one aggregate.
///
/// It is written with [`Entry::write`] alone, and read with [`Entry::read`], which looks at the schema
/// first: a fact of an older form is lifted to the present type, and its bytes stay as they were written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// What they share.
    pub header: Header,
    /// What happened, in order.
    pub facts: Vec<Fact>,
}

/// Why the clear part of an entry cannot be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unreadable {
    /// Its schema, a kind of fact or a code in it is one that this program does not know.
    #[error("it was written by a later version")]
    Newer,
    /// The bytes are no entry.
    #[error("its bytes are no entry")]
    Damaged,
}

impl Entry {
    /// Writes the clear part, with the MACs of the bodies that its facts queue, by their places.
    pub fn write(&self, macs: &[(usize, BodyMac)], into: &mut Vec<u8>) {
        let begins = into.len();
        let written = self.encode_with(macs, &mut Encoder::new(&mut *into));
        written.expect("a vector takes all that is written");
        id_references::shorten(into, begins);
    }

    fn encode_with(
        &self,
        macs: &[(usize, BodyMac)],
        e: &mut Encoder<&mut Vec<u8>>,
    ) -> Result<(), EncodeError<Infallible>> {
        e.array(2)?.encode(&self.header)?.array(self.facts.len() as u64)?;
        for (place, fact) in self.facts.iter().enumerate() {
            match macs.iter().find(|(at, _)| *at == place) {
                Some((_, mac)) => e.encode(fact.with_mac(Some(*mac)))?,
                None => e.encode(fact)?,
            };
        }
        Ok(())
    }

    /// Reads the clear part of an entry of any form up to [`SCHEMA`].
    pub fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        refuse_other_schemas(bytes)?;
        let full = id_references::restore(bytes).ok_or(Unreadable::Damaged)?;
        let mut decoder = Decoder::new(&full);
        let entry = entry(&mut decoder).map_err(unreadable)?;
        if decoder.position() == full.len() { Ok(entry) } else { Err(Unreadable::Damaged) }
    }

    /// Reads when an entry was known, and nothing else of it.
    pub fn read_moment(bytes: &[u8]) -> Result<Moment, Unreadable> {
        refuse_other_schemas(bytes)?;
        moment(bytes).map_err(unreadable)
    }
}

fn refuse_other_schemas(bytes: &[u8]) -> Result<(), Unreadable> {
    match schema(bytes).map_err(unreadable)? {
        0 => Err(Unreadable::Damaged),
        later if later > u64::from(SCHEMA) => Err(Unreadable::Newer),
        _ => Ok(()),
    }
}

/// The schema alone: what follows it may be in a form that only a later program can read.
fn schema(bytes: &[u8]) -> Result<u64, DecodeError> {
    let mut decoder = Decoder::new(bytes);
    array(&mut decoder)?;
    array(&mut decoder)?;
    decoder.u64()
}

/// The moment of the header. No reference to an id stands before it.
fn moment(bytes: &[u8]) -> Result<Moment, DecodeError> {
    let mut decoder = Decoder::new(bytes);
    array(&mut decoder)?;
    array(&mut decoder)?;
    decoder.u64()?;
    decoder.skip()?;
    decoder.decode()
}

fn entry(d: &mut Decoder<'_>) -> Result<Entry, DecodeError> {
    if array(d)? != 2 {
        return Err(DecodeError::message("an entry is a header and its facts"));
    }
    let header: Header = d.decode()?;
    let many = array(d)?;
    // Each fact has two bytes at least: a length that lies reserves nothing.
    let mut facts = Vec::with_capacity(many.min(1_024) as usize);
    for _ in 0..many {
        facts.push(if header.schema < 2 { form1::fact(d)? } else { d.decode()? });
    }
    Ok(Entry { header, facts })
}

fn array(d: &mut Decoder<'_>) -> Result<u64, DecodeError> {
    if d.datatype()? != Type::Array {
        return Err(DecodeError::type_mismatch(d.datatype()?));
    }
    d.array()?.ok_or_else(|| DecodeError::message("lengths are definite"))
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn unreadable(error: DecodeError) -> Unreadable {
    if error.is_unknown_variant() { Unreadable::Newer } else { Unreadable::Damaged }
}
