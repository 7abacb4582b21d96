//! What a lead looks like to a routing table, by the number of its company. The reference that is a
//! program of its own reads this file too.

const INDUSTRIES: [&str; 7] =
    ["energy", "finance", "healthcare", "manufacturing", "software", "logistics", "retail"];
const COUNTRIES: [&str; 8] = ["DE", "US", "GB", "FR", "AT", "CA", "NL", "CH"];

/// What a lead of a company looks like to a routing table.
pub(crate) struct LeadAt {
    /// The industry.
    pub(crate) industry: &'static str,
    /// The country.
    pub(crate) country: &'static str,
    /// How many work there.
    pub(crate) employees: i64,
}

/// The lead of a company.
pub(crate) const fn lead_of(company: usize) -> LeadAt {
    LeadAt {
        industry: INDUSTRIES[company % INDUSTRIES.len()],
        country: COUNTRIES[company / 7 % COUNTRIES.len()],
        employees: 10 + (company as i64 * 7_919) % 9_000,
    }
}
