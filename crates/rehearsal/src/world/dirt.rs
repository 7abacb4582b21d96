//! Dirt: what arrives broken, late, twice, out of order or against what is known. Each kind has a
//! name and leaves one kind of trace.

use std::fmt;

use domain::reason::Code;

/// What a kind of dirt leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trace {
    /// A quarantine entry with this cause.
    Quarantined(Code),
    /// A quarantine entry with this cause, of a signal that its contract holds.
    Held(Code),
    /// A duplicate was counted.
    Duplicate,
    /// A reason of the signal's resolution.
    Resolved(Code),
    /// A finding at the signal's checkpoint.
    Finding(Code),
    /// A signal that tells of something older than what its node told before.
    OutOfOrder,
    /// A decision of its own, taken on what the person withdrew before.
    Decided,
    /// An attempt of a delivery that is tried again, with this code.
    TriedAgain(Code),
    /// A delivery that failed for good, with this code.
    Failed(Code),
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $name:literal $count:literal $trace:expr;)*) => {
        /// A kind of dirt.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Dirt { $($(#[$doc])* $kind,)* }

        impl Dirt {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// Its name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)* }
            }

            /// How often it occurs in a world of full size; 0 for what the receiver does.
            pub(crate) const fn count(self) -> usize {
                match self { $(Self::$kind => $count,)* }
            }

            /// What it leaves behind.
            pub const fn trace(self) -> Trace {
                match self { $(Self::$kind => $trace,)* }
            }
        }
    };
}

kinds! {
    /// The end of the text is missing.
    MalformedJson "malformed-json" 41 Trace::Quarantined(Code::Unreadable);
    /// A key stands twice in one object.
    KeyTwice "key-twice" 13 Trace::Quarantined(Code::KeyTwice);
    /// The event has no id.
    MissingId "missing-id" 22 Trace::Quarantined(Code::IdMissing);
    /// The event has no version.
    MissingAttribute "missing-attribute" 17 Trace::Quarantined(Code::AttributeMissing);
    /// The time is no time.
    BadTime "bad-time" 34 Trace::Quarantined(Code::TimeUnreadable);
    /// An address is a list.
    WrongType "wrong-type" 28 Trace::Quarantined(Code::ValueUnreadable);
    /// A consent is a word.
    ConsentAsText "consent-as-text" 52 Trace::Quarantined(Code::ValueUnreadable);
    /// A name holds a NUL.
    NulInText "nul-in-text" 9 Trace::Quarantined(Code::TextInvalid);
    /// Half of a surrogate pair.
    LoneSurrogate "lone-surrogate" 11 Trace::Quarantined(Code::TextInvalid);
    /// A number that no number type holds.
    NumberTooLarge "number-too-large" 8 Trace::Quarantined(Code::NumberUnreadable);
    /// More than 256 KiB.
    OversizedItem "oversized-item" 3 Trace::Quarantined(Code::ItemTooLarge);
    /// Nested more than 64 deep.
    DepthBomb "depth-bomb" 5 Trace::Quarantined(Code::TooDeep);
    /// The same id with another body.
    IdReused "id-reused" 26 Trace::Quarantined(Code::IdReused);
    /// The same again within the hour.
    ExactDuplicate "exact-duplicate" 160 Trace::Duplicate;
    /// The same again after days.
    DuplicateDaysLater "duplicate-days-later" 64 Trace::Duplicate;
    /// A client sends its whole batch again, since it did not hear the answer.
    BatchSentAgain "batch-sent-again" 70 Trace::Duplicate;
    /// It happened days ago.
    LateByDays "late-by-days" 120 Trace::Finding(Code::LateSignal);
    /// It has not happened yet.
    ClockAhead "clock-ahead" 47 Trace::Finding(Code::ClockAhead);
    /// The later one comes first.
    OutOfOrder "out-of-order" 90 Trace::OutOfOrder;
    /// No address of anybody.
    BadEmail "bad-email" 58 Trace::Resolved(Code::AddressUnreadable);
    /// No number of anybody.
    BadPhone "bad-phone" 63 Trace::Resolved(Code::PhoneUnreadable);
    /// A domain that imitates another.
    MixedScriptDomain "mixed-script-domain" 12 Trace::Resolved(Code::MixedScript);
    /// An address of many.
    SharedMailbox "shared-mailbox" 75 Trace::Resolved(Code::SharedMailbox);
    /// An address for an hour.
    DisposableAddress "disposable-address" 31 Trace::Resolved(Code::DisposableMail);
    /// One address, and the source says that it is two people's.
    TwoExternalIdsOneEmail "two-external-ids-one-email" 24 Trace::Resolved(Code::ConflictingIds);
    /// A stranger's form with somebody else's address.
    UnverifiedClaim "unverified-claim" 38 Trace::Resolved(Code::Unverified);
    /// It says of nobody.
    NobodyNamed "nobody-named" 19 Trace::Resolved(Code::NoIdentifier);
    /// Who wants no mail asks for something an hour later.
    UnsubscribeThenForm "unsubscribe-then-form" 36 Trace::Decided;
    /// A form without what its contract requires.
    ContractMissingField "contract-missing-field" 33 Trace::Held(Code::FieldRequired);
    /// A value that its contract does not know the form of.
    ContractWrongForm "contract-wrong-form" 44 Trace::Finding(Code::FieldPattern);
    /// A number that its contract does not allow.
    ContractOutOfRange "contract-out-of-range" 21 Trace::Finding(Code::FieldRange);
    /// A field that its contract does not want to see.
    ContractProhibitedField "contract-prohibited-field" 7 Trace::Finding(Code::FieldProhibited);
    /// The receiver did it, and nobody heard.
    CommitThenTimeout "commit-then-timeout" 0 Trace::TriedAgain(Code::DestinationTimeout);
    /// The receiver has had enough for a while.
    TooManyRequests "too-many-requests" 0 Trace::TriedAgain(Code::DestinationBusy);
    /// The receiver is broken for a while.
    ServerError "server-error" 0 Trace::TriedAgain(Code::DestinationFailed);
    /// The receiver will never take it.
    RefusedForGood "refused-for-good" 0 Trace::Failed(Code::DestinationRefused);
}

impl fmt::Display for Dirt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
