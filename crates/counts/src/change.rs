//! Whether a share changed, or only seems to: few of few say nothing.

/// So many of so many.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Part {
    /// How many.
    pub count: u64,
    /// Of how many.
    pub of: u64,
}

/// What a share did since the period before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// It rose, by more than chance would.
    Rose,
    /// It fell, by more than chance would.
    Fell,
    /// No more than chance would do.
    NoDifference,
    /// Too few to tell.
    TooFew,
}

/// Of fewer, nothing is said.
const LEAST: u64 = 50;
/// Cases that are expected on either side at least: below, the test does not hold.
const EXPECTED_MIN: f64 = 5.0;
/// A difference that chance makes in one of twenty comparisons.
const SIGNIFICANT: f64 = 1.96;

impl Change {
    /// The test of two proportions: both sides are drawn from one share unless they are too far apart.
    pub fn between(now: Part, before: Part) -> Self {
        if now.of < LEAST || before.of < LEAST {
            return Self::TooFew;
        }
        let (count, of) = ((now.count + before.count) as f64, (now.of + before.of) as f64);
        let share = count / of;
        let smaller = now.of.min(before.of) as f64;
        if smaller * share < EXPECTED_MIN || smaller * (1.0 - share) < EXPECTED_MIN {
            return Self::TooFew;
        }
        let spread = share * (1.0 - share) * (1.0 / now.of as f64 + 1.0 / before.of as f64);
        let apart = now.count as f64 / now.of as f64 - before.count as f64 / before.of as f64;
        let score = apart / spread.sqrt();
        if score >= SIGNIFICANT {
            Self::Rose
        } else if score <= -SIGNIFICANT {
            Self::Fell
        } else {
            Self::NoDifference
        }
    }
}
