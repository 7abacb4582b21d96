//! How owners behave in a rehearsal. Nobody knows how they would have; so it is said, and counted as
//! what it is.

use domain::handoff::State;
use domain::reason::Code;
use domain::{HandoffId, Span};
use sha2::{Digest, Sha256};

/// How long work stays open where nothing else is known of it.
pub const WORK_OPEN: Span = Span::days(14);

/// How work ends of which nothing is known. It says nothing about the lead, and frees the owner.
pub(super) const ENDS_AS: State = State::Lost;

/// How owners behave.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Behaviour {
    /// Each owner accepts and gets in touch at once; work stays open for 14 days.
    #[default]
    Prompt,
    /// The same, and what the history knows of outcomes happens at its moment.
    Recorded,
    /// Delays, refusals and silence are drawn, always the same ones for the same handoff.
    Model,
}

impl Behaviour {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Prompt, Self::Recorded, Self::Model];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::Recorded => "recorded",
            Self::Model => "model",
        }
    }

    /// What it means, as part of a sentence.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Prompt => {
                "each owner accepts and gets in touch at once, and work stays open for 14 days"
            }
            Self::Recorded => {
                "each owner accepts and gets in touch at once, and outcomes of the history happen \
                 at their moments"
            }
            Self::Model => {
                "owners take minutes to days, refuse one offer in twenty and leave one in twenty \
                 lying"
            }
        }
    }

    /// Reads a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// What an owner does with an offer.
    pub(super) fn answer(self, seed: u64, handoff: HandoffId, round: u32) -> Answer {
        match self {
            Self::Prompt | Self::Recorded => {
                Answer::Accepts { after: Span::ZERO, touches_after: Span::ZERO, open: WORK_OPEN }
            }
            Self::Model => modelled(&mut Dice::thrown(seed, handoff, round)),
        }
    }
}

/// What an owner does with an offer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Answer {
    /// Takes it.
    Accepts {
        /// How long after the offer.
        after: Span,
        /// How long after that the first human touch is.
        touches_after: Span,
        /// How long after the acceptance the work ends.
        open: Span,
    },
    /// Refuses it.
    Refuses {
        /// How long after the offer.
        after: Span,
        /// The code of the reason.
        why: Code,
    },
    /// Does nothing.
    Silence,
}

/// One in twenty is refused, one in twenty is left lying. Of the others half are taken within the hour
/// and the rest within two days.
fn modelled(dice: &mut Dice) -> Answer {
    let fate = dice.below(20);
    let after = delay(dice);
    match fate {
        0 => Answer::Silence,
        1 => Answer::Refuses { after, why: Code::NotNow },
        _ => Answer::Accepts {
            after,
            touches_after: Span::minutes(dice.between(1, 240)),
            open: Span::days(dice.between(2, 30)),
        },
    }
}

fn delay(dice: &mut Dice) -> Span {
    match dice.below(10) {
        0..5 => Span::minutes(dice.between(1, 60)),
        5..9 => Span::minutes(dice.between(60, 8 * 60)),
        _ => Span::hours(dice.between(8, 48)),
    }
}

/// Numbers that a repetition repeats.
struct Dice {
    seed: [u8; 32],
    thrown: u8,
}

impl Dice {
    fn thrown(seed: u64, handoff: HandoffId, round: u32) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"behaviour");
        hash.update(seed.to_be_bytes());
        hash.update(handoff.bytes());
        hash.update(round.to_be_bytes());
        Self { seed: hash.finalize().into(), thrown: 0 }
    }

    fn below(&mut self, sides: u64) -> u64 {
        let mut hash = Sha256::new();
        hash.update(self.seed);
        hash.update([self.thrown]);
        self.thrown += 1;
        let bytes: [u8; 32] = hash.finalize().into();
        let first: [u8; 8] = bytes[..8].try_into().expect("eight of thirty-two bytes");
        u64::from_be_bytes(first) % sides
    }

    fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low).unsigned_abs()) as i64
    }
}
