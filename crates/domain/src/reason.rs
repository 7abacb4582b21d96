//! Why: reasons and findings as codes, so that a fact keeps a few bytes and the sentence is
//! rendered when somebody asks.

use std::fmt;

macro_rules! codes {
    ($($number:literal $name:ident $code:literal $says:literal;)*) => {
        /// What a reason or a finding says. Numbers are stored and never change their meaning.
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode,
        )]
        #[cbor(index_only)]
        pub enum Code {
            $(#[doc = $says] #[n($number)] $name,)*
        }

        impl Code {
            /// Every code, in the order of its number.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The number in the stored form.
            pub const fn number(self) -> u16 {
                match self { $(Self::$name => $number,)* }
            }

            /// Reads a number of the stored form.
            pub fn numbered(number: u16) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.number() == number)
            }

            /// The code in kebab-case, as in JSON, logs and the name of its help page.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What it says, as a sentence.
            pub const fn says(self) -> &'static str {
                match self { $(Self::$name => $says,)* }
            }
        }
    };
}

codes! {
    // Signals that could not be taken as they came.
    0 Unreadable "unreadable" "The item could not be read.";
    1 IdReused "id-reused" "The same id came before with another body.";
    2 RowTooShort "row-too-short" "Cells are missing at the end of the row, among them one that is needed.";
    3 RowTooLong "row-too-long" "The row has more cells than the header.";
    4 IdMissing "id-missing" "There is no id.";
    5 TimeUnreadable "time-unreadable" "The time could not be read.";
    6 NumberUnreadable "number-unreadable" "The number could not be read.";
    7 AddressUnreadable "address-unreadable" "The e-mail address could not be read.";
    8 PhoneUnreadable "phone-unreadable" "The phone number could not be read.";
    9 DecimalComma "decimal-comma" "A decimal comma stands where none was declared.";
    10 QuoteUnclosed "quote-unclosed" "A quote was opened and not closed.";
    11 QuoteText "quote-text" "Text follows a closing quote.";
    12 BytesUndecodable "bytes-undecodable" "Bytes do not fit the encoding.";
    13 ItemTooLarge "item-too-large" "The item is larger than 256 KiB.";
    14 TooDeep "too-deep" "The item is nested more than 64 deep.";
    15 KeyTwice "key-twice" "A key stands twice in one object.";
    16 TextInvalid "text-invalid" "A text holds what no text may hold.";
    17 ValueUnreadable "value-unreadable" "A value could not be read as the type that was declared.";
    18 TimeInGap "time-in-gap" "The hour does not exist in its zone; it was moved on by the gap.";
    19 TimeTwice "time-twice" "The hour occurs twice in its zone; the first was taken.";
    21 AttributeMissing "attribute-missing" "An attribute that the format requires is missing.";
    22 LineTooLong "line-too-long" "The line is longer than is read.";

    // Whose is it.
    40 NewSubject "new-subject" "Nobody was known by these identifiers.";
    41 SameExternalId "same-external-id" "The source's id for the person was known.";
    42 SameEmail "same-email" "The e-mail address was known.";
    43 SamePhone "same-phone" "The phone number was known.";
    44 SameCookie "same-cookie" "The device was known.";
    45 Identified "identified" "An anonymous visitor identified themselves.";
    46 Unverified "unverified" "The identifier is claimed, not verified: it stays apart.";
    47 ConflictingIds "conflicting-ids" "The identifiers belong to people who are known to differ.";
    48 SharedMailbox "shared-mailbox" "The mailbox is a function, not a person.";
    49 MixedScript "mixed-script" "The domain mixes scripts or imitates another.";
    50 BusinessDomain "business-domain" "The e-mail domain or the company's domain names the account.";
    51 FreeMail "free-mail" "The address is at a free-mail provider and names no account.";
    52 DisposableMail "disposable-mail" "The address is disposable and names no account.";
    53 SharedDomain "shared-domain" "The domain is shared by many companies and names no account.";
    54 NoIdentifier "no-identifier" "The signal says of nobody.";
    55 SameCompany "same-company" "The company's name was known.";
    56 IdentifierShared "identifier-shared" "Several people have the identifier, so that it names none of them.";
    57 JoinedByHand "joined-by-hand" "Somebody said that the two are one person.";

    // The checkpoint.
    70 FieldRequired "field-required" "A required field is missing.";
    71 FieldProhibited "field-prohibited" "A field is there that must not be.";
    72 FieldType "field-type" "A field has another type than the contract says.";
    73 FieldPattern "field-pattern" "A field does not match its pattern.";
    74 FieldLength "field-length" "A text is shorter or longer than the contract allows.";
    75 FieldRange "field-range" "A number lies outside what the contract allows.";
    76 FieldValues "field-values" "A value is not among those that the contract lists.";
    77 FieldUnknown "field-unknown" "The contract does not know the field.";
    78 Stale "stale" "The signal is older than the contract allows.";
    79 Incomplete "incomplete" "Fewer fields are filled than the contract asks for.";
    80 Repaired "repaired" "A value was repaired as the contract says.";
    81 PersonalData "personal-data" "A field that is declared free of personal data looks like some.";
    82 NoTimeZone "no-time-zone" "A time has no zone.";
    83 SeamUnmet "seam-unmet" "What crosses the seam is not what its contract expects.";

    // Decisions.
    100 RowMatched "row-matched" "A row of the readiness table matched.";
    101 NoRowMatched "no-row-matched" "No row of the readiness table matched; a person decides.";
    102 NoStrategy "no-strategy" "No strategy is in force.";
    103 ActiveHandoff "active-handoff" "The person is in a handoff already.";
    104 Suppressed "suppressed" "The person must not be contacted.";
    105 ConsentWithdrawn "consent-withdrawn" "The person withdrew consent.";
    106 FenceFired "fence-fired" "A fence asks for a person.";
    107 AutonomyReview "autonomy-review" "The strategy leaves this action to a person.";
    108 AutonomyForbidden "autonomy-forbidden" "The strategy forbids this action.";
    109 Resting "resting" "The lead was recycled and rests until its return date.";
    110 Erased "erased" "The person was erased.";
    111 LateSignal "late-signal" "The signal tells of something older than a day.";
    112 ClockAhead "clock-ahead" "The source's clock runs ahead of ours.";
    113 StartsNothing "starts-nothing" "The strategy lets no signal of this kind, or of nobody by name, start a handoff.";
    114 FenceOnClaim "fence-on-claim" "The fence fired by what is only claimed, as its condition asks.";

    115 MostEngaged "most-engaged" "What is said of their company starts it, and they are the most engaged there.";
    116 WaitsForSomebody "waits-for-somebody" "It hands off nobody at the company yet, and waits for somebody.";
    117 CompanyWaited "company-waited" "What was said of their company waited for somebody.";

    // Routes.
    130 RouteMatched "route-matched" "The route's condition holds.";
    131 RouteUnmatched "route-unmatched" "The route's condition does not hold.";
    132 RouteUnknown "route-unknown" "The route's condition asks for something unknown.";
    133 NobodyFound "nobody-found" "The route names nobody who can be found.";
    134 AllAway "all-away" "Every member of the pool is away.";
    135 AllCapped "all-capped" "Every member of the pool has reached a cap.";
    136 PoolEmpty "pool-empty" "No member meets the pool's condition.";
    137 RouteHolds "route-holds" "The route holds the lead on purpose.";
    138 NoRoute "no-route" "No route found an owner.";
    139 LinkClaimed "link-claimed" "It is only claimed that the person belongs to the account, so its owner is not asked.";
    140 RouteOnClaim "route-on-claim" "The route went by what is only claimed, as it asks.";

    // Candidates.
    150 Chosen "chosen" "The turn was theirs.";
    151 OwedLess "owed-less" "Somebody else was owed more.";
    152 MoreOpen "more-open" "Somebody else had less open work.";
    153 OutsideHours "outside-hours" "It is outside their hours.";
    154 OnHoliday "on-holiday" "It is a holiday of theirs.";
    155 OnLeave "on-leave" "They are on leave.";
    156 Paused "paused" "They are paused.";
    157 DayCap "day-cap" "Their cap for the day is reached.";
    158 OpenCap "open-cap" "Their cap of open work is reached.";
    159 NotInTeam "not-in-team" "They are not in the team.";
    160 OwnerLeft "owner-left" "They have left the team.";
    161 NotYetJoined "not-yet-joined" "They have not joined the team yet.";
    162 HadIt "had-it" "They had this lead before.";
    163 MemberCondition "member-condition" "They do not meet the pool's condition.";
    164 TieBreak "tie-break" "They were equal; the draw of the strategy's seed decided.";
    165 Explored "explored" "The owner was drawn at random as the strategy's exploration says.";
    166 ConditionUnknown "condition-unknown" "The pool's condition asks for something unknown of them.";
    167 HourCap "hour-cap" "Their cap for the hour is reached.";
    168 WeekCap "week-cap" "Their cap for the week is reached.";
    169 MonthCap "month-cap" "Their cap for the month is reached.";
    170 InTraining "in-training" "They are in a training.";
    171 TooMuchWork "too-much-work" "They have too much in hand for now.";

    // Follow-up.
    190 AcceptOverdue "accept-overdue" "Nobody accepted in time.";
    191 TargetOverdue "target-overdue" "Who took it did not act in time.";
    193 ChainEnded "chain-ended" "The chain on silence came to its end.";
    195 BadFit "bad-fit" "Refused: not a fit.";
    196 BadData "bad-data" "Refused: the data is wrong.";
    197 AlreadyWorking "already-working" "Refused: somebody works it already.";
    198 NotNow "not-now" "Refused: not now.";
    199 WrongTerritory "wrong-territory" "Refused: another's territory.";
    200 OtherReason "other" "Refused for another reason.";
    201 Merged "merged" "Two people turned out to be one; the other handoff goes on.";
    202 Unmerged "unmerged" "One person turned out to be two; the handoff is decided afresh.";
    203 ManagerAsked "manager-asked" "A person asked for it.";
    204 QueueOverdue "queue-overdue" "The queue's owner did not act in time.";
    205 HandedOn "handed-on" "Whoever had it has left the team.";
    206 ImportUndone "import-undone" "The import that it leaned on was taken back.";

    // Deliveries.
    220 DestinationRefused "destination-refused" "The destination refused for good.";
    221 DestinationBusy "destination-busy" "The destination asked to come back later.";
    222 DestinationFailed "destination-failed" "The destination failed.";
    223 DestinationTimeout "destination-timeout" "The destination did not answer in time; the effect may be there.";
    224 DestinationUnreachable "destination-unreachable" "The destination could not be reached.";
    226 AttemptsUsedUp "attempts-used-up" "All attempts failed.";
    227 AddressForbidden "address-forbidden" "The destination's address is not allowed.";
    228 StepBefore "step-before" "An earlier step of the handoff failed.";
    229 DestinationUnknown "destination-unknown" "The configuration knows no such destination.";
    230 OwnerChanged "owner-changed" "The owner changed; what was sent before is taken back.";
    231 DestinationSettings "destination-settings" "The destination does not work with the settings that it has in baton.toml.";
    232 AddressMissing "address-missing" "Whom it is for has no address at the destination.";
    233 TargetReached "target-reached" "What it reminded of was done before it left.";
    234 DeedUndone "deed-undone" "What it tells of was taken back by whoever did it.";

    // The engine's own.
    250 PoisonFact "poison-fact" "The engine could not take the fact; it waits for a person.";
    251 ScopeMissing "scope-missing" "Whoever sent it may not say this; it waits for a person.";
    252 ContractUnknown "contract-unknown" "The strategy in force has no contract of its source's.";
    253 SealedDamaged "sealed-damaged" "What is sealed under this person's key is damaged; it waits for a person.";
    254 EntryDamaged "entry-damaged" "An entry of the journal that it rests on cannot be read; it waits for a person.";
}

impl Code {
    /// Reads the kebab-case form.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == name)
    }

    /// Whether `baton.toml`, or what it leads to, has to be changed before an attempt can succeed. What
    /// is to be sent waits for that, however long it takes.
    pub const fn is_configuration(self) -> bool {
        matches!(
            self,
            Self::AddressForbidden | Self::DestinationUnknown | Self::DestinationSettings
        )
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

/// Why an outcome is what it is.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode, serde::Serialize)]
pub struct Reason {
    /// What it says.
    #[n(0)]
    pub code: Code,
    /// Which row, route or rule of the strategy in force, by its place.
    #[n(1)]
    pub rule: Option<u16>,
    /// A figure that belongs to the sentence: a cap, hundredths of a lead owed.
    #[n(2)]
    pub figure: Option<i64>,
}

impl Reason {
    /// A reason that stands alone.
    pub const fn new(code: Code) -> Self {
        Self { code, rule: None, figure: None }
    }

    /// A reason that a rule of the strategy gave.
    pub const fn of_rule(code: Code, rule: u16) -> Self {
        Self { code, rule: Some(rule), figure: None }
    }

    /// The same with a figure.
    #[must_use]
    pub const fn with_figure(mut self, figure: i64) -> Self {
        self.figure = Some(figure);
        self
    }
}

/// How much a finding weighs.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Debug,
    minicbor::Encode,
    minicbor::Decode,
    serde::Serialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Noted, changes nothing.
    #[n(0)]
    Note,
    /// Passed, and somebody should look.
    #[n(1)]
    Warning,
    /// Not let through as it is.
    #[n(2)]
    Error,
}

/// What a check has to say about data.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode, serde::Serialize)]
pub struct Finding {
    /// What it says.
    #[n(0)]
    pub code: Code,
    /// How much it weighs.
    #[n(1)]
    pub severity: Severity,
    /// The field as the contract or the map names it.
    #[n(2)]
    pub field: Option<String>,
}
