//! Companies: the accounts of the world.

use serde_json::{Value, json};

use super::names::{INDUSTRIES, STEMS, TAILS};
use super::places::{COUNTRIES, Country};
use super::seeded_random::SeededRandom;

/// How many companies a world of full size has.
pub(crate) const COMPANIES: usize = 5_000;

/// Companies that the strategy of the example names: their domains, countries and industries.
const NAMED: &[(&str, &str, &str)] = &[
    ("nordwind-energie", "DE", "energy"),
    ("helvetia-werke", "CH", "manufacturing"),
    ("bluefjord", "NO", "logistics"),
    ("granadata", "ES", "software"),
    ("lakeshore-health", "US", "healthcare"),
    ("pampa-logistica", "AR", "logistics"),
    ("harbourlight", "AU", "finance"),
    ("kumo-systems", "JP", "software"),
    ("rivalworks", "US", "software"),
    ("leadgrid", "GB", "software"),
    ("pipelinery", "NL", "software"),
];

/// Where a company stands with the one whose strategy it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Prospect,
    Customer,
    Partner,
}

/// A company.
#[derive(Clone, Debug)]
pub(crate) struct Company {
    pub(crate) name: String,
    /// Without its ending, which is `.example` for all of them.
    pub(crate) label: String,
    pub(crate) country: &'static Country,
    pub(crate) industry: &'static str,
    pub(crate) employees: i64,
    pub(crate) stage: Stage,
    /// Whose customer it is, or who has the open opportunity.
    pub(crate) owner: Option<String>,
    pub(crate) opportunity: bool,
    /// In whole euros, where it is large.
    pub(crate) pipeline: Option<i64>,
    pub(crate) tag: Option<&'static str>,
}

impl Company {
    /// One of the world's, by its number. `reps` are the members of the team.
    pub(crate) fn made(seed: u64, number: usize, reps: &[String]) -> Self {
        let mut draw = SeededRandom::of(seed, "company", number as u64);
        let country = &COUNTRIES[draw.weighted(COUNTRIES.iter().map(|country| country.weight))];
        let industry = INDUSTRIES[draw.weighted(INDUSTRIES.iter().map(|one| one.1))].0;
        let (name, label) = named(number);
        let stage = match draw.below(100) {
            0..=7 => Stage::Customer,
            8..=10 => Stage::Partner,
            _ => Stage::Prospect,
        };
        let opportunity = stage == Stage::Prospect && draw.chance(30);
        let owned = stage == Stage::Customer || opportunity;
        let owner = owned.then(|| draw.pick(reps).clone());
        let pipeline = (opportunity && draw.chance(250)).then(|| draw.between(260, 900) * 1_000);
        let tag = match draw.below(1_000) {
            0..=5 => Some("do-not-route"),
            6 => Some("legal-hold"),
            _ => None,
        };
        let employees = size(&mut draw);
        let mut company = Self {
            name,
            label,
            country,
            industry,
            employees,
            stage,
            owner,
            opportunity,
            pipeline,
            tag,
        };
        if let Some((_, code, industry)) = NAMED.get(number) {
            company.industry = industry;
            company.stage = Stage::Prospect;
            company.opportunity = false;
            company.owner = None;
            company.tag = None;
            company.employees = company.employees.max(400);
            let known = COUNTRIES.iter().find(|country| country.code == *code);
            company.country = known.unwrap_or(country);
        }
        company
    }

    /// Its domain.
    pub(crate) fn domain(&self) -> String {
        format!("{}.example", self.label)
    }

    /// What a visitor's form says of it.
    pub(crate) fn told(&self) -> Value {
        json!({
            "name": self.name, "domain": self.domain(), "industry": self.industry,
            "employees": self.employees, "country": self.country.code,
        })
    }

    /// What the CRM knows of it.
    pub(crate) fn known(&self) -> Value {
        let mut known = self.told();
        known["stage"] = match self.stage {
            Stage::Prospect => "prospect",
            Stage::Customer => "customer",
            Stage::Partner => "partner",
        }
        .into();
        known["open_opportunity"] = self.opportunity.into();
        if let Some(owner) = &self.owner {
            known[if self.opportunity { "opportunity_owner" } else { "owner" }] =
                owner.as_str().into();
        }
        if let Some(amount) = self.pipeline {
            known["open_pipeline"] = json!({"amount": format!("{amount}.00"), "currency": "EUR"});
        }
        if let Some(tag) = self.tag {
            known["tags"] = json!([tag]);
        }
        known
    }
}

fn named(number: usize) -> (String, String) {
    if let Some((label, _, _)) = NAMED.get(number) {
        let words: Vec<String> = label.split('-').map(capital).collect();
        return (words.join(" "), (*label).to_owned());
    }
    // The step shares no factor with the number of names, so that no name comes twice.
    let names = STEMS.len() * TAILS.len();
    let at = (number * 2_741) % names;
    let name = format!("{}{}", STEMS[at % STEMS.len()], TAILS[at / STEMS.len()]);
    let label = name.to_lowercase();
    (name, label)
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Few companies are large.
fn size(draw: &mut SeededRandom) -> i64 {
    match draw.below(100) {
        0..=17 => draw.between(2, 19),
        18..=44 => draw.between(20, 199),
        45..=69 => draw.between(200, 499),
        70..=92 => draw.between(500, 4_999),
        _ => draw.between(5_000, 60_000),
    }
}
