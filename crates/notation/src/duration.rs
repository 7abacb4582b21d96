//! Lengths of time as people write them: `90m`, `14d`, `1h 30m`, `1d 10h`, `3 working days`.

use domain::Span;

/// A length of time. Whether hours run on a calendar or on the wall is for whoever uses it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Duration {
    /// Days of 24 hours elapsed.
    pub days: u32,
    /// Hours, minutes and seconds.
    pub open: Span,
    /// Days on which somebody works.
    pub working_days: u32,
}

/// Digits of one number.
const DIGITS_MAX: usize = 6;

/// Reads a length of time. Units come from large to small, each at most once.
pub fn duration(text: &str) -> Option<Duration> {
    let mut rest = text.trim_matches(' ');
    let mut length = Duration::default();
    let mut last = 0;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits > DIGITS_MAX {
            return None;
        }
        let number: u32 = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start_matches(' ');
        let (rank, after) = unit(rest)?;
        if rank <= last || after.starts_with(|next: char| next.is_ascii_alphabetic()) {
            return None;
        }
        match rank {
            1 => length.working_days = number,
            2 => length.days = number,
            3 => length.open = length.open + Span::hours(i64::from(number)),
            4 => length.open = length.open + Span::minutes(i64::from(number)),
            _ => length.open = length.open + Span::seconds(i64::from(number)),
        }
        last = rank;
        rest = after.trim_start_matches(' ');
    }
    (last > 0).then_some(length)
}

fn unit(rest: &str) -> Option<(u8, &str)> {
    const UNITS: [(&str, u8); 6] =
        [("working days", 1), ("working day", 1), ("d", 2), ("h", 3), ("m", 4), ("s", 5)];
    UNITS.iter().find_map(|(name, rank)| rest.strip_prefix(name).map(|after| (*rank, after)))
}

impl Duration {
    /// The time on the wall; none where working days are in it.
    pub fn elapsed(&self) -> Option<Span> {
        (self.working_days == 0).then(|| Span::days(i64::from(self.days)) + self.open)
    }

    /// Whether it is no time at all.
    pub fn is_zero(&self) -> bool {
        self.days == 0 && self.working_days == 0 && self.open == Span::ZERO
    }
}
