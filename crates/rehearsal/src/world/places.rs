//! Countries: where companies are, what time it is there, how people there are called.

use super::names::Tongue;

/// A country of the world.
#[derive(Debug)]
pub(crate) struct Country {
    /// ISO 3166, two letters.
    pub(crate) code: &'static str,
    /// Minutes that its clocks are ahead of UTC. Summer time is left out: it moves no rate by much.
    pub(crate) ahead_minutes: i64,
    /// The prefix of its phone numbers.
    pub(crate) dial: &'static str,
    /// How people there are called.
    pub(crate) tongue: Tongue,
    /// How many companies there are, beside the others.
    pub(crate) weight: u32,
}

const fn country(
    code: &'static str,
    ahead_minutes: i64,
    dial: &'static str,
    tongue: Tongue,
    weight: u32,
) -> Country {
    Country { code, ahead_minutes, dial, tongue, weight }
}

/// All of them, in no order that matters.
pub(crate) const COUNTRIES: &[Country] = &[
    country("DE", 60, "+49", Tongue::German, 150),
    country("AT", 60, "+43", Tongue::German, 40),
    country("CH", 60, "+41", Tongue::German, 45),
    country("GB", 0, "+44", Tongue::English, 90),
    country("IE", 0, "+353", Tongue::English, 15),
    country("FR", 60, "+33", Tongue::Romance, 50),
    country("ES", 60, "+34", Tongue::Romance, 35),
    country("IT", 60, "+39", Tongue::Romance, 35),
    country("PT", 0, "+351", Tongue::Romance, 12),
    country("NL", 60, "+31", Tongue::Northern, 30),
    country("SE", 60, "+46", Tongue::Northern, 20),
    country("DK", 60, "+45", Tongue::Northern, 12),
    country("NO", 60, "+47", Tongue::Northern, 12),
    country("FI", 120, "+358", Tongue::Northern, 8),
    country("PL", 60, "+48", Tongue::Slavic, 25),
    country("CZ", 60, "+420", Tongue::Slavic, 12),
    country("US", -360, "+1", Tongue::English, 210),
    country("CA", -300, "+1", Tongue::English, 35),
    country("BR", -180, "+55", Tongue::Romance, 35),
    country("MX", -360, "+52", Tongue::Romance, 20),
    country("AR", -180, "+54", Tongue::Romance, 10),
    country("SG", 480, "+65", Tongue::Eastern, 25),
    country("JP", 540, "+81", Tongue::Eastern, 35),
    country("KR", 540, "+82", Tongue::Eastern, 15),
    country("IN", 330, "+91", Tongue::Indian, 40),
    country("AU", 600, "+61", Tongue::English, 25),
    country("NZ", 720, "+64", Tongue::English, 8),
];
