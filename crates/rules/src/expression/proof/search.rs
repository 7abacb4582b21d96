//! The search for a lead of which all that is wanted holds.

use super::formula::{Formula, Terms};
use super::region::{Term, Truths};
use crate::expression::tree::Piece;

/// Steps of the searches of one folder.
const STEPS: u64 = 6_000_000;
/// Steps of one search.
const STEPS_OF_ONE: u64 = 60_000;

/// How much may still be looked at in a folder. What is not looked at is not told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget(u64);

impl Default for Budget {
    fn default() -> Self {
        Self(STEPS)
    }
}

/// What a condition is to come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wanted {
    /// It holds.
    Yes,
    /// It surely does not hold.
    No,
    /// It does not hold, or is unknown.
    NotYes,
}

/// What a search came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Found {
    /// There may be such a lead: what it has to be, in words.
    Lead(String),
    /// There is none.
    Nobody,
    /// It would take too long to say.
    GaveUp,
}

/// Conditions that are asked about together.
pub(crate) struct Problem {
    terms: Vec<Term>,
    formulas: Vec<Formula>,
}

impl Problem {
    /// Reads conditions, each with the text that it stands in; none where they are too large to prove
    /// anything of.
    pub(crate) fn of<'p>(
        conditions: impl IntoIterator<Item = (&'p Piece, &'p str)>,
        budget: &mut Budget,
    ) -> Option<Self> {
        let mut terms = Terms::default();
        let formulas: Vec<Formula> =
            conditions.into_iter().map(|(piece, text)| terms.condition(piece, text)).collect();
        let mut terms = terms.all;
        let size: u64 = terms.iter().map(|term| term.size() as u64).sum();
        if size > STEPS_OF_ONE || size > budget.0 {
            return None;
        }
        budget.0 -= size;
        terms.iter_mut().for_each(Term::cut);
        Some(Self { terms, formulas })
    }

    /// Looks for a lead of which conditions, by their places, come to what is wanted.
    pub(crate) fn find(&self, wanted: &[(usize, Wanted)], budget: &mut Budget) -> Found {
        self.search(wanted, false, budget)
    }

    /// The same among leads of which everything that is asked for is known.
    pub(crate) fn find_known(&self, wanted: &[(usize, Wanted)], budget: &mut Budget) -> Found {
        self.search(wanted, true, budget)
    }

    fn search(&self, wanted: &[(usize, Wanted)], known: bool, budget: &mut Budget) -> Found {
        let goals: Vec<(&Formula, Truths)> =
            wanted.iter().map(|(at, wanted)| (&self.formulas[*at], wanted.truths())).collect();
        let mut search = Search {
            terms: &self.terms,
            chosen: vec![None; self.terms.len()],
            known,
            steps: STEPS_OF_ONE.min(budget.0),
        };
        let before = search.steps;
        let found = search.find(&goals);
        budget.0 -= before - search.steps;
        match found {
            Some(true) => Found::Lead(search.words()),
            Some(false) => Found::Nobody,
            None => Found::GaveUp,
        }
    }
}

impl Wanted {
    const fn truths(self) -> Truths {
        match self {
            Self::Yes => Truths::YES,
            Self::No => Truths::NO,
            Self::NotYes => Truths::NO.or(Truths::UNKNOWN),
        }
    }
}

struct Search<'a> {
    terms: &'a [Term],
    /// The region of each term that was chosen so far.
    chosen: Vec<Option<usize>>,
    /// Whether only what is known is looked at.
    known: bool,
    steps: u64,
}

impl Search<'_> {
    /// Whether what is still open can be chosen so that all goals are met; none where the steps ran out.
    fn find(&mut self, goals: &[(&Formula, Truths)]) -> Option<bool> {
        let mut open = None;
        for (formula, wanted) in goals {
            let may = self.may(formula)?;
            if !may.meets(*wanted) {
                return Some(false);
            }
            if !may.within(*wanted) && open.is_none() {
                open = self.open(formula);
            }
        }
        // Nothing is left to choose, or whatever is chosen meets the goals.
        let Some(term) = open else { return Some(true) };
        for (region, cut) in self.terms[term].regions.iter().enumerate() {
            if self.known && !cut.is_known {
                continue;
            }
            self.chosen[term] = Some(region);
            match self.find(goals) {
                Some(false) => {}
                found => return found,
            }
        }
        self.chosen[term] = None;
        Some(false)
    }

    /// What a condition may come to, with the regions that are chosen.
    fn may(&mut self, formula: &Formula) -> Option<Truths> {
        self.steps = self.steps.checked_sub(1)?;
        Some(match formula {
            Formula::Always(truth) => Truths::of(*truth),
            Formula::Test(term, question) => match self.chosen[*term] {
                Some(region) => self.terms[*term].regions[region].answers[*question],
                None => self.terms[*term].answers[*question],
            },
            Formula::Not(inner) => self.may(inner)?.not(),
            Formula::All(parts) => self.all(parts, false)?,
            Formula::Any(parts) => self.all(parts, true)?,
            Formula::Choose(parts) => {
                let [test, yes, no] = &**parts;
                let test = self.may(test)?;
                let mut may = Truths::NONE;
                if test.meets(Truths::YES) {
                    may = may.or(self.may(yes)?);
                }
                if test.meets(Truths::NO) {
                    may = may.or(self.may(no)?);
                }
                if test.meets(Truths::UNKNOWN) { may.or(Truths::UNKNOWN) } else { may }
            }
        })
    }

    /// What a conjunction may come to; a disjunction is one of the opposites.
    fn all(&mut self, parts: &[Formula], turned: bool) -> Option<Truths> {
        let (mut yes, mut no, mut unknown, mut no_sure_no) = (true, false, false, true);
        for part in parts {
            let may = self.may(part)?;
            let may = if turned { may.not() } else { may };
            yes &= may.meets(Truths::YES);
            no |= may.meets(Truths::NO);
            unknown |= may.meets(Truths::UNKNOWN);
            no_sure_no &= may.meets(Truths::YES.or(Truths::UNKNOWN));
        }
        let mut may = Truths::NONE;
        for (one, truth) in
            [(yes, Truths::YES), (no, Truths::NO), (unknown && no_sure_no, Truths::UNKNOWN)]
        {
            if one {
                may = may.or(truth);
            }
        }
        Some(if turned { may.not() } else { may })
    }

    /// A term that a condition asks about and that is not chosen yet.
    fn open(&self, formula: &Formula) -> Option<usize> {
        match formula {
            Formula::Always(_) => None,
            Formula::Test(term, _) => Some(*term).filter(|term| self.chosen[*term].is_none()),
            Formula::Not(inner) => self.open(inner),
            Formula::All(parts) | Formula::Any(parts) => {
                parts.iter().find_map(|part| self.open(part))
            }
            Formula::Choose(parts) => parts.iter().find_map(|part| self.open(part)),
        }
    }

    /// What was chosen, in words.
    fn words(&self) -> String {
        const SHOWN_MAX: usize = 4;
        let chosen = self.terms.iter().zip(&self.chosen);
        let told = chosen.filter_map(|(term, region)| {
            Some(format!("{} {}", term.shown, term.regions[(*region)?].shown))
        });
        let told: Vec<String> = told.take(SHOWN_MAX).collect();
        if told.is_empty() {
            "any lead".to_owned()
        } else {
            format!("a lead with {}", told.join(", "))
        }
    }
}
