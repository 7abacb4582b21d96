//! What a brief says, in codes and numbers: sealed with the fact that says it was written.
//!
//! No value and no sentence is in it. A claim names the signals that it rests on, and whoever reads
//! it looks up there what they say; so what is erased with a signal is in no claim either.

use std::fmt;

use minicbor::decode::Error as DecodeError;
use minicbor::encode::{Error as EncodeError, Write};
use minicbor::{Decoder, Encoder};

use crate::handoff::named;
use crate::id::{ID_BYTES, SignalId};
use crate::signal::SourceName;
use crate::text::Text;

named! {
    /// What a claim says. The numbers that belong to it are in [`Claim::numbers`].
    ClaimCode {
        /// The signal that began the handoff.
        0 Began "began";
        /// Others at the account were active; so many people.
        1 OthersActive "others-active";
        /// A row of the timeline: the person did something.
        2 Row "row";
        /// A row of the timeline: somebody else at the account did something.
        3 RowOfOthers "row-of-others";
        /// A field of the person, by name.
        4 PersonField "person-field";
        /// A consent of the person, by name.
        5 Consent "consent";
        /// A field of the account, by name.
        6 AccountField "account-field";
        /// A field of somebody else at the account, by name.
        7 OthersField "others-field";
        /// A field of the person in a section of its own: the section.
        8 PersonTopic "person-topic";
        /// A field of the account in a section of its own: the section.
        9 AccountTopic "account-topic";
        /// A field of a signal of the person's: the section.
        10 Said "said";
        /// The score: fit and engagement in hundredths of a point.
        11 Score "score";
        /// A part of the score: the group, hundredths of a point, and the rule where one gave it.
        12 ScorePart "score-part";
        /// Who has the handoff.
        13 Owner "owner";
        /// The route that found the owner: its place.
        14 Route "route";
        /// How the pool chose.
        15 Pool "pool";
        /// Another reason of the routing: its code's number.
        16 RoutingReason "routing-reason";
        /// A deadline: the target's number, and microseconds since 1970.
        17 Due "due";
    }
}

named! {
    /// What a brief says that nobody knows.
    UnknownCode {
        /// The person was erased.
        0 Erased "erased";
        /// Some of what was known of the person was erased.
        1 PartErased "part-erased";
        /// A part of what the person said does not open.
        2 Damaged "damaged";
        /// What they do there.
        3 Work "work";
        /// How to reach them.
        4 Reach "reach";
        /// What they consented to.
        5 Consents "consents";
        /// What hurts.
        6 Pain "pain";
        /// What they want to come to.
        7 Outcome "outcome";
        /// What they decide by.
        8 Criteria "criteria";
        /// Until when.
        9 Timing "timing";
        /// A field that the playbook asks for, by its whole name.
        10 Field "field";
    }
}

named! {
    /// What somebody who reads a brief says of it.
    Feedback {
        /// A claim is right.
        0 Right "right";
        /// A claim is wrong.
        1 Wrong "wrong";
        /// A claim was right once.
        2 Stale "stale";
        /// Something that they needed is not there.
        3 Missing "missing";
    }
}

/// What a brief says.
#[derive(
    Clone, PartialEq, Eq, Debug, Default, minicbor::Encode, minicbor::Decode, serde::Serialize,
)]
pub struct Claims {
    /// The signals that claims rest on, each once; claims name them by their place here. They are
    /// stored as one row of bytes.
    #[n(0)]
    #[cbor(with = "signal_ids")]
    pub signals: Vec<SignalId>,
    /// The configured sources whose words are told; claims name them by their place here.
    #[n(1)]
    pub sources: Vec<SourceName>,
    /// The claims, in the order that they are read.
    #[n(2)]
    pub claims: Vec<Claim>,
    /// What nobody knows, in the order that it is read.
    #[n(3)]
    pub unknown: Vec<Unknown>,
    /// The playbook that says what to do next.
    #[n(4)]
    pub playbook: Option<Chosen>,
}

/// One claim.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode, serde::Serialize)]
pub struct Claim {
    /// What it says.
    #[n(0)]
    pub code: ClaimCode,
    /// The places of the signals that it rests on; never empty.
    #[n(1)]
    pub evidence: Vec<u16>,
    /// The place of the source whose words it tells; none where the engine decided it.
    #[n(2)]
    pub source: Option<u16>,
    /// The name of the field that it tells, without whose field it is.
    #[n(3)]
    #[cbor(decode_with = "bare_name::decode", encode_with = "bare_name::encode")]
    #[cbor(is_nil = "Option::is_none", nil = "no_name")]
    pub name: Option<Text>,
    /// What else its code says.
    #[n(4)]
    #[cbor(decode_with = "decode_numbers", encode_with = "encode_numbers")]
    #[cbor(is_nil = "Vec::is_empty", nil = "no_numbers")]
    pub numbers: Vec<i64>,
}

/// Something that nobody knows.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode, serde::Serialize)]
pub struct Unknown {
    /// The code of what is not known.
    #[n(0)]
    pub code: UnknownCode,
    /// The field that is asked for: `person.title`, `pain`.
    #[n(1)]
    pub name: Option<Text>,
}

/// The playbook that fitted.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode, serde::Serialize)]
pub struct Chosen {
    /// Its place in the strategy of the fact.
    #[n(0)]
    pub playbook: u16,
    /// The places of the signals that made it fit.
    #[n(1)]
    pub evidence: Vec<u16>,
}

#[expect(
    clippy::option_option,
    clippy::unnecessary_wraps,
    reason = "the decoder asks for what stands for nothing"
)]
const fn no_name() -> Option<Option<Text>> {
    Some(None)
}

#[expect(clippy::unnecessary_wraps, reason = "the decoder asks for what stands for nothing")]
fn no_numbers() -> Option<Vec<i64>> {
    Some(Vec::new())
}

fn encode_numbers<C, W: Write>(
    numbers: &[i64],
    e: &mut Encoder<W>,
    c: &mut C,
) -> Result<(), EncodeError<W::Error>> {
    e.encode_with(numbers, c)?.ok()
}

fn decode_numbers<C>(d: &mut Decoder<'_>, c: &mut C) -> Result<Vec<i64>, DecodeError> {
    d.decode_with(c)
}

/// Signals as one row of bytes: ten each.
mod signal_ids {
    use super::{DecodeError, Decoder, EncodeError, Encoder, ID_BYTES, SignalId, Write};

    pub(super) fn encode<C, W: Write>(
        signals: &[SignalId],
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        let mut row = Vec::with_capacity(signals.len() * ID_BYTES);
        for signal in signals {
            row.extend_from_slice(signal.bytes());
        }
        e.bytes(&row)?.ok()
    }

    pub(super) fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<Vec<SignalId>, DecodeError> {
        let (ids, rest) = d.bytes()?.as_chunks::<ID_BYTES>();
        if !rest.is_empty() {
            return Err(DecodeError::message("an id has ten bytes"));
        }
        Ok(ids.iter().copied().map(SignalId::from_bytes).collect())
    }
}

/// A field's name as a text, or the number of a usual one.
mod bare_name {
    use minicbor::data::Type;

    use super::{DecodeError, Decoder, EncodeError, Encoder, Text, Write};
    use crate::usual_fields::{bare_number_of, bare_numbered};

    #[expect(clippy::ref_option, reason = "the encoder has the field")]
    pub(super) fn encode<C, W: Write>(
        name: &Option<Text>,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        match name.as_ref().map(|name| (bare_number_of(name), name)) {
            Some((Some(number), _)) => e.u8(number)?.ok(),
            Some((None, name)) => e.str(name)?.ok(),
            None => e.null()?.ok(),
        }
    }

    pub(super) fn decode<C>(d: &mut Decoder<'_>, c: &mut C) -> Result<Option<Text>, DecodeError> {
        if d.datatype()? == Type::U8 {
            let name = bare_numbered(d.u8()?);
            return name.map(Some).ok_or_else(|| DecodeError::message("a name without a number"));
        }
        d.decode_with(c)
    }
}
