//! What can happen in a world.

use proptest::prelude::*;

/// Something that happens. Numbers choose among what is there.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Signal {
        kind: u8,
        subject: Vec<(u8, u8, bool)>,
        consent: Option<bool>,
        late: bool,
        /// Its turn comes with a later one.
        waits: bool,
    },
    /// A source sends what cannot be read, or another body under an id that it used before.
    Unreadable {
        which: u8,
    },
    Deed {
        handoff: u8,
        deed: u8,
        whom: u8,
    },
    /// Somebody does something and takes it back at once.
    Regret {
        handoff: u8,
        deed: u8,
        whom: u8,
    },
    Wait {
        minutes: u16,
    },
    /// The caller's clock is put forward or back.
    Clock {
        minutes: i16,
    },
    Deliver {
        answers: Vec<u8>,
    },
    AnswerLate {
        which: u8,
        answer: u8,
    },
    Erase {
        whom: u8,
    },
    /// Somebody is erased while a delivery about them is on its way, and nobody answers it.
    Vanish,
    /// Two who are known apart turn out to be one person.
    Meet {
        which: u8,
    },
    Undo {
        which: u8,
    },
    /// Somebody says that two are one person.
    Join {
        which: u8,
    },
    /// Somebody splits nodes off a person.
    Split {
        which: u8,
    },
    /// A quarantine entry is repaired, released or discarded.
    Entry {
        which: u8,
        deed: u8,
    },
    Apply {
        version: u8,
    },
    Desk {
        deed: u8,
        whom: u8,
    },
    /// Somebody reads personal data.
    Read {
        reader: u8,
    },
    /// An import is taken back.
    TakeBack {
        which: u8,
    },
    /// The program fails on one thing.
    Poison {
        what: u8,
    },
    Reopen,
}

/// Steps in the proportions of a company at work.
pub(crate) fn steps(max: usize) -> impl proptest::strategy::Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => signal(),
        1 => any::<u8>().prop_map(|which| Step::Unreadable { which }),
        8 => deed(),
        1 => regret(),
        6 => wait(),
        1 => clock(),
        8 => proptest::collection::vec(0..5u8, 1..6).prop_map(|answers| Step::Deliver { answers }),
        2 => late_answer(),
        8 => seldom(),
    ];
    proptest::collection::vec(step, 1..max)
}

/// Exactly so many steps, among which what is rare in life is frequent.
pub(crate) fn crowded_steps(many: usize) -> impl proptest::strategy::Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        18 => signal(),
        9 => any::<u8>().prop_map(|which| Step::Unreadable { which }),
        22 => deed(),
        24 => regret(),
        6 => wait(),
        2 => clock(),
        9 => proptest::collection::vec(0..5u8, 1..4).prop_map(|answers| Step::Deliver { answers }),
        2 => late_answer(),
        70 => seldom(),
    ];
    proptest::collection::vec(step, many)
}

/// What happens seldom.
fn seldom() -> impl proptest::strategy::Strategy<Value = Step> {
    prop_oneof![
        2 => any::<u8>().prop_map(|whom| Step::Erase { whom }),
        6 => Just(Step::Vanish),
        4 => any::<u8>().prop_map(|which| Step::Meet { which }),
        4 => any::<u8>().prop_map(|which| Step::Undo { which }),
        4 => any::<u8>().prop_map(|which| Step::Join { which }),
        2 => any::<u8>().prop_map(|which| Step::Split { which }),
        11 => (any::<u8>(), 0..3u8).prop_map(|(which, deed)| Step::Entry { which, deed }),
        3 => (0..3u8).prop_map(|version| Step::Apply { version }),
        8 => (0..3u8, any::<u8>()).prop_map(|(deed, whom)| Step::Desk { deed, whom }),
        3 => any::<u8>().prop_map(|reader| Step::Read { reader }),
        9 => any::<u8>().prop_map(|which| Step::TakeBack { which }),
        8 => (0..8u8).prop_map(|what| Step::Poison { what }),
        1 => Just(Step::Reopen),
    ]
}

fn clock() -> impl proptest::strategy::Strategy<Value = Step> {
    (-600i16..600).prop_map(|minutes| Step::Clock { minutes })
}

fn late_answer() -> impl proptest::strategy::Strategy<Value = Step> {
    (any::<u8>(), 0..3u8).prop_map(|(which, answer)| Step::AnswerLate { which, answer })
}

fn signal() -> impl proptest::strategy::Strategy<Value = Step> {
    let subject = proptest::collection::vec((0..6u8, 0..4u8, prop::bool::weighted(0.8)), 1..4);
    let consent = prop_oneof![8 => Just(None), 1 => Just(Some(false)), 1 => Just(Some(true))];
    (0..5u8, subject, consent, prop::bool::weighted(0.1), prop::bool::weighted(0.15)).prop_map(
        |(kind, subject, consent, late, waits)| Step::Signal {
            kind,
            subject,
            consent,
            late,
            waits,
        },
    )
}

fn deed() -> impl proptest::strategy::Strategy<Value = Step> {
    (any::<u8>(), 0..26u8, any::<u8>()).prop_map(|(handoff, deed, whom)| Step::Deed {
        handoff,
        deed,
        whom,
    })
}

fn regret() -> impl proptest::strategy::Strategy<Value = Step> {
    let deed = prop_oneof![1 => Just(1u8), 8 => Just(2u8), 1 => Just(3u8), 3 => Just(16u8)];
    (any::<u8>(), deed, any::<u8>()).prop_map(|(handoff, deed, whom)| Step::Regret {
        handoff,
        deed,
        whom,
    })
}

fn wait() -> impl proptest::strategy::Strategy<Value = Step> {
    prop_oneof![4 => 1u16..90, 2 => 90u16..1500, 1 => 1500u16..20_000]
        .prop_map(|minutes| Step::Wait { minutes })
}
