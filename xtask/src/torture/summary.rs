//! What a run came to, for people and as JSON.

use std::path::PathBuf;

use serde_json::json;

use super::judge::Verdict;
use crate::shell::say;

/// How much is said of one finding.
const FINDING_CHARS: usize = 600;

/// One kind of attack.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) name: &'static str,
    /// How many attacks there were.
    pub(super) attacks: u32,
    /// Figures of the attacks, and of what the attacked program did.
    pub(super) figures: Vec<(String, u64)>,
    pub(super) failures: Vec<Failure>,
}

/// An attack that found something.
#[derive(Debug)]
pub(super) struct Failure {
    /// What was done, so that it can be done again.
    pub(super) attack: String,
    pub(super) findings: Vec<String>,
    /// Where it is kept.
    pub(super) kept: PathBuf,
}

impl Part {
    pub(super) const fn new(name: &'static str) -> Self {
        Self { name, attacks: 0, figures: Vec::new(), failures: Vec::new() }
    }

    /// Adds to a figure.
    pub(super) fn count(&mut self, name: &str, by: u64) {
        match self.figures.iter_mut().find(|(known, _)| known == name) {
            Some((_, figure)) => *figure += by,
            None => self.figures.push((name.to_owned(), by)),
        }
    }

    /// Adds what a verdict counted, and says what it found.
    pub(super) fn judged(
        &mut self,
        attack: &str,
        verdict: Verdict,
        kept: PathBuf,
    ) -> anyhow::Result<()> {
        self.count("signals acknowledged", verdict.acknowledged as u64);
        self.count("signals in the journal", verdict.arrived as u64);
        self.count("deliveries", verdict.delivered as u64);
        self.count("deliveries that came more than once", verdict.repeated as u64);
        self.attacks += 1;
        if verdict.findings.is_empty() {
            return Ok(());
        }
        say(&format!("FOUND by {}: {attack}", self.name))?;
        for finding in &verdict.findings {
            let said: String = finding.trim().chars().take(FINDING_CHARS).collect();
            say(&format!("  {said}"))?;
        }
        say(&format!("  kept in {}", kept.display()))?;
        let (attack, findings) = (attack.to_owned(), verdict.findings);
        self.failures.push(Failure { attack, findings, kept });
        Ok(())
    }
}

/// All parts of a run.
pub(super) struct Summary {
    seed: u64,
    parts: Vec<Part>,
}

impl Summary {
    pub(super) const fn new(seed: u64) -> Self {
        Self { seed, parts: Vec::new() }
    }

    /// Adds a part.
    pub(super) fn add(&mut self, part: Part) {
        self.parts.push(part);
    }

    /// Says what each part came to.
    pub(super) fn tell(&self) -> anyhow::Result<()> {
        for part in &self.parts {
            say(&format!(
                "\n{}: {} attacks, {} failed",
                part.name,
                part.attacks,
                part.failures.len()
            ))?;
            for (name, figure) in &part.figures {
                say(&format!("  {figure:>8} {name}"))?;
            }
        }
        if self.found_nothing() {
            say(
                "\nevery acknowledged signal is there once, no effect is there twice, nothing is stranded",
            )?;
        }
        Ok(())
    }

    pub(super) fn found_nothing(&self) -> bool {
        self.parts.iter().all(|part| part.failures.is_empty())
    }

    /// The same in one line of JSON.
    pub(super) fn json(&self) -> String {
        let parts: Vec<_> = self
            .parts
            .iter()
            .map(|part| {
                let figures: serde_json::Map<_, _> =
                    part.figures.iter().map(|(name, figure)| (name.clone(), json!(figure))).collect();
                let failures: Vec<_> = part
                    .failures
                    .iter()
                    .map(|one| json!({ "attack": one.attack, "findings": one.findings, "kept": one.kept }))
                    .collect();
                json!({ "part": part.name, "attacks": part.attacks, "figures": figures, "failures": failures })
            })
            .collect();
        json!({ "seed": self.seed, "failed": !self.found_nothing(), "parts": parts }).to_string()
    }
}
