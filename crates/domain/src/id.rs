//! Ids: a letter, `-` and 16 lower-case Crockford base32 characters (80 bits).
//!
//! Signals and quarantine entries are drawn where they are accepted; every other id is derived
//! from what caused it, so that a replay has the same ids.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Bytes behind an id.
pub const ID_BYTES: usize = 10;
/// Characters of an id after its letter and hyphen.
pub const ID_CHARS: usize = 16;

/// Why a text is no id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The letter in front is another one.
    #[error("an id of this kind begins with `{0}-`")]
    Letter(char),
    /// Too long, too short or with a character outside the alphabet.
    #[error("an id has {ID_CHARS} characters of 0-9 and a-z without i, l, o, u")]
    Characters,
}

/// The range of ids that begin with what somebody typed, first and last inclusive.
pub type Prefix = ([u8; ID_BYTES], [u8; ID_BYTES]);

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident = $letter:literal;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; ID_BYTES]);

        impl $name {
            /// The letter in front.
            pub const LETTER: char = $letter;

            /// The id of what these parts caused. Parts are told apart by their lengths.
            pub fn caused_by(parts: &[&[u8]]) -> Self {
                Self(digest($letter, parts))
            }

            /// An id from ten drawn bytes.
            pub const fn from_bytes(bytes: [u8; ID_BYTES]) -> Self {
                Self(bytes)
            }

            /// The ten bytes behind the id.
            pub const fn bytes(&self) -> &[u8; ID_BYTES] {
                &self.0
            }

            /// As it is written, in ASCII: for whoever writes many of them.
            pub fn ascii(&self) -> [u8; ID_CHARS + 2] {
                write_id($letter, &self.0)
            }

            /// The ids that begin with `typed`, which may leave out the tail.
            pub fn prefix(typed: &str) -> Result<Prefix, IdError> {
                prefix($letter, typed)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(text_of(&write_id($letter, &self.0)))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(text_of(&write_id($letter, &self.0)))
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                let (first, last) = prefix($letter, text)?;
                if first == last { Ok(Self(first)) } else { Err(IdError::Characters) }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(text_of(&write_id($letter, &self.0)))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = String::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(
                d: &mut minicbor::Decoder<'b>,
                _: &mut C,
            ) -> Result<Self, minicbor::decode::Error> {
                let bytes = d.bytes()?;
                bytes
                    .try_into()
                    .map(Self)
                    .map_err(|_| minicbor::decode::Error::message("an id has ten bytes"))
            }
        }
    )*};
}

ids! {
    /// One signal, as received.
    SignalId = 's';
    /// A subject node: one identified or anonymous somebody with a key of their own.
    NodeId = 'n';
    /// A person: a cluster of nodes.
    PersonId = 'p';
    /// A company, or a somebody who stands alone.
    AccountId = 'a';
    /// A transfer of state, context and ownership.
    HandoffId = 'h';
    /// One effect on an outside system.
    DeliveryId = 'd';
    /// What could not be read or was not let through.
    QuarantineId = 'q';
    /// A question that waits for a person.
    ReviewId = 'r';
    /// One call of `baton import`.
    ImportId = 'i';
    /// A credential for the API.
    KeyId = 'k';
    /// Somebody who signs in.
    UserId = 'u';
}

fn digest(letter: char, parts: &[&[u8]]) -> [u8; ID_BYTES] {
    let mut hash = Sha256::new();
    hash.update([letter as u8]);
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let full = hash.finalize();
    let mut bytes = [0; ID_BYTES];
    bytes.copy_from_slice(&full[..ID_BYTES]);
    bytes
}

/// The two characters of each number of ten bits.
static PAIRS: [[u8; 2]; 1024] = pairs();

const fn pairs() -> [[u8; 2]; 1024] {
    let mut pairs = [[0; 2]; 1024];
    let mut number = 0;
    while number < pairs.len() {
        pairs[number] = [ALPHABET[number >> 5], ALPHABET[number & 31]];
        number += 1;
    }
    pairs
}

/// Five bytes are eight characters, so each half of an id is written by itself.
fn write_id(letter: char, bytes: &[u8; ID_BYTES]) -> [u8; ID_CHARS + 2] {
    let mut text = [b'-'; ID_CHARS + 2];
    text[0] = letter as u8;
    let (halves, _) = bytes.as_chunks::<5>();
    let (places, _) = text[2..].as_chunks_mut::<8>();
    for ([a, b, c, d, e], place) in halves.iter().zip(places) {
        let number = u64::from_be_bytes([0, 0, 0, *a, *b, *c, *d, *e]);
        for (at, pair) in place.as_chunks_mut::<2>().0.iter_mut().enumerate() {
            *pair = PAIRS[(number >> (30 - 10 * at) & 1023) as usize];
        }
    }
    text
}

fn text_of(id: &[u8; ID_CHARS + 2]) -> &str {
    std::str::from_utf8(id).expect("the alphabet is ASCII")
}

fn prefix(letter: char, typed: &str) -> Result<Prefix, IdError> {
    let rest = typed
        .strip_prefix(letter)
        .and_then(|rest| rest.strip_prefix('-'))
        .ok_or(IdError::Letter(letter))?;
    if rest.is_empty() || rest.len() > ID_CHARS {
        return Err(IdError::Characters);
    }
    let (mut first, mut last) = (0u128, 0u128);
    for at in 0..ID_CHARS {
        let (low, high) = match rest.as_bytes().get(at) {
            Some(byte) => {
                let digit =
                    ALPHABET.iter().position(|known| known == byte).ok_or(IdError::Characters)?
                        as u128;
                (digit, digit)
            }
            None => (0, 31),
        };
        first = first << 5 | low;
        last = last << 5 | high;
    }
    let bytes = |number: u128| {
        let mut bytes = [0; ID_BYTES];
        bytes.copy_from_slice(&number.to_be_bytes()[6..]);
        bytes
    };
    Ok((bytes(first), bytes(last)))
}

#[cfg(test)]
mod tests {
    use super::{ID_BYTES, SignalId};

    #[test]
    fn an_id_is_read_back_from_what_is_written_of_it() {
        for number in 0..200_u8 {
            let mut id = SignalId::caused_by(&[&[number]]);
            for spoiled in 0..=ID_BYTES {
                let text = id.to_string();
                assert_eq!(text.as_bytes(), id.ascii());
                assert_eq!(text.parse(), Ok(id), "{text}");
                let mut bytes = *id.bytes();
                bytes[spoiled % ID_BYTES] = [0, 0xff][usize::from(number % 2)];
                id = SignalId::from_bytes(bytes);
            }
        }
        assert_eq!(SignalId::from_bytes([0; ID_BYTES]).to_string(), "s-0000000000000000");
        assert_eq!(SignalId::from_bytes([0xff; ID_BYTES]).to_string(), "s-zzzzzzzzzzzzzzzz");
    }
}
