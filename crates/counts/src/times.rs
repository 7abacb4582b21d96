//! How long things took: medians and the like, and how they are spread.

use domain::Span;

use crate::row::CountedHandoff;

/// What took how long. All of it is time that passed, nights and weekends included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Duration {
    /// From the signal to the first person who had it.
    ToRoute,
    /// From then to who took it.
    ToAccept,
    /// From then to the first human touch.
    ToTouch,
}

impl Duration {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::ToRoute, Self::ToAccept, Self::ToTouch];

    /// The word in addresses and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ToRoute => "route",
            Self::ToAccept => "accept",
            Self::ToTouch => "touch",
        }
    }

    /// Reads the word.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }

    /// How long it took for a handoff; none where it did not come so far.
    pub fn of(self, row: &CountedHandoff) -> Option<Span> {
        let (from, to) = match self {
            Self::ToRoute => (Some(row.arrived), row.routed),
            Self::ToAccept => (row.routed, row.accepted),
            Self::ToTouch => (row.accepted, row.touched),
        };
        // A touch that was told of late may lie before the moment at which somebody took it.
        Some(Span((to? - from?).0.max(0)))
    }
}

/// How long several took, in order.
#[derive(Clone, Debug, Default)]
pub struct Times(Vec<Span>);

/// How many took how long: from so much, and less than.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bucket {
    /// At least.
    pub from: Span,
    /// Less than.
    pub below: Span,
    /// How many.
    pub count: u64,
}

impl Times {
    /// Out of any order.
    pub(crate) fn of(mut spans: Vec<Span>) -> Self {
        spans.sort_unstable();
        Self(spans)
    }

    /// How many.
    pub const fn count(&self) -> usize {
        self.0.len()
    }

    /// What so many of a hundred did not exceed; none of nothing.
    pub fn percentile(&self, percent: usize) -> Option<Span> {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).copied()
    }

    /// How they are spread: buckets whose bounds grow by the same factor, from the shortest to the longest,
    /// at most so many. Together they hold all.
    pub fn buckets(&self, most: usize) -> Vec<Bucket> {
        let (Some(first), Some(last)) = (self.0.first(), self.0.last()) else { return Vec::new() };
        let bounds = bounds(*first, *last, most.max(1));
        let mut rest = self.0.as_slice();
        let mut buckets = Vec::with_capacity(bounds.len());
        for pair in bounds.windows(2) {
            let [from, below] = [pair[0], pair[1]];
            let inside = rest.partition_point(|span| *span < below);
            buckets.push(Bucket { from, below, count: inside as u64 });
            rest = &rest[inside..];
        }
        buckets
    }
}

/// Lengths of time that people know, to begin a bucket with.
const STEPS: [Span; 28] = [
    Span::ZERO,
    Span::ms(10),
    Span::ms(25),
    Span::ms(50),
    Span::ms(100),
    Span::ms(250),
    Span::ms(500),
    Span::seconds(1),
    Span::seconds(2),
    Span::seconds(5),
    Span::seconds(15),
    Span::seconds(30),
    Span::MINUTE,
    Span::minutes(2),
    Span::minutes(5),
    Span::minutes(15),
    Span::minutes(30),
    Span::HOUR,
    Span::hours(2),
    Span::hours(4),
    Span::hours(8),
    Span::hours(16),
    Span::DAY,
    Span::days(2),
    Span::days(4),
    Span::days(7),
    Span::days(14),
    Span::days(30),
];

/// The bounds of the buckets that are needed, the last one above all. Where they are more than `most`, the
/// longest are one.
fn bounds(first: Span, last: Span, most: usize) -> Vec<Span> {
    let begin = STEPS.partition_point(|step| *step <= first).saturating_sub(1);
    let end = STEPS.partition_point(|step| *step <= last).min(begin + most);
    let mut bounds = STEPS[begin..end.max(begin + 1)].to_vec();
    let above = Span(last.0.saturating_add(1));
    let next = STEPS.get(end.max(begin + 1)).copied();
    bounds.push(next.filter(|next| *next > last).unwrap_or(above));
    bounds
}
