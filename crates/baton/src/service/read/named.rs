//! Finding people and companies by the words of their names.
//!
//! The index leads to candidates, by the beginnings of words. What they are called is unsealed, of so many at
//! most, and compared with what was typed: who has changed their name, or is found by words of two people of
//! one account, is none of them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crank::account_as_of;
use domain::{AccountId, Moment, NodeId, PersonId};
use engine::identity::{NameWord, WordMatch, domain_label, name_words, person_names};
use engine::state::{AccountContext, Field, FieldOf, Node};

use super::Service;
use super::failure::ReadError;

/// Nodes whose names are unsealed for one question at most.
pub(super) const NAMED_MAX: usize = 200;
/// Words of a question that are looked for.
const WORDS_MAX: usize = 8;

/// Who was found by name.
#[derive(Default)]
pub(super) struct FoundByName {
    /// Accounts with who of them is called so, the best first.
    pub(super) accounts: Vec<NamedAccount>,
    /// Whether there are more than were looked at.
    pub(super) more: bool,
}

/// An account of which somebody, or which itself, is called so.
pub(super) struct NamedAccount {
    pub(super) account: AccountId,
    /// People who are called so; nobody where the company is.
    pub(super) people: Vec<PersonId>,
    rank: Rank,
}

/// What stands first: words that are typed as a whole, people before companies, with whom somebody is
/// speaking, and what happened last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    whole: usize,
    of_person: bool,
    is_open: bool,
    latest: Moment,
}

impl Service<'_> {
    /// Looks for people and companies by every word of a text. Only for whoever may read names.
    pub(super) fn by_name(self, text: &str) -> Result<FoundByName, ReadError> {
        let mut typed = name_words(text);
        typed.truncate(WORDS_MAX);
        // Figures alone are nobody's name: they are a number or a part of an id.
        if !text.chars().any(char::is_alphabetic) || text.contains(['@', ':', '/']) {
            return Ok(FoundByName::default());
        }
        let wanted: Vec<Vec<String>> = typed.iter().flat_map(NameWord::wanted).collect();
        let found = self.reader.nodes_named(&wanted, NAMED_MAX)?;
        let mut candidates: BTreeMap<AccountId, BTreeSet<NodeId>> = BTreeMap::new();
        for row in found.nodes {
            if let Some(to) = row.pointer
                && self.sees_account(to.account)?
            {
                candidates.entry(to.account).or_default().insert(row.node);
            }
        }
        let mut accounts = Vec::new();
        for (account, nodes) in candidates {
            let folded = account_as_of(self.reader, account, None)?;
            accounts.extend(called_so(folded.known(), &nodes, &typed));
        }
        accounts.sort_by_key(|named| (Reverse(named.rank), named.account));
        Ok(FoundByName { accounts, more: found.more })
    }
}

/// Who of an account is called as was typed.
fn called_so(
    known: AccountContext<'_>,
    nodes: &BTreeSet<NodeId>,
    typed: &[NameWord],
) -> Option<NamedAccount> {
    let company = company_words(known);
    let candidates: BTreeSet<PersonId> =
        nodes.iter().filter_map(|node| known.person_of(*node)).collect();
    let mut people: Vec<(Rank, PersonId)> = Vec::new();
    for person in candidates {
        let own = person_words(known, person);
        let by_own = typed.iter().any(|word| best_match(&own, word).is_some());
        let matches =
            typed.iter().map(|word| best_match(&own, word).max(best_match(&company, word)));
        if by_own && let Some(whole) = whole_words(matches) {
            let is_open = known.open_handoff(person).is_some();
            let latest = latest_of(known.nodes_of(person));
            people.push((Rank { whole, of_person: true, is_open, latest }, person));
        }
    }
    people.sort_by_key(|(rank, person)| (Reverse(*rank), *person));
    let of_company = || {
        let whole = whole_words(typed.iter().map(|word| best_match(&company, word)))?;
        let is_open = known.handoffs().any(engine::state::Handoff::is_open);
        let latest = latest_of(known.nodes().map(|(_, node)| node));
        Some(Rank { whole, of_person: false, is_open, latest })
    };
    let rank = people.first().map(|(rank, _)| *rank).or_else(of_company)?;
    let people = people.into_iter().map(|(_, person)| person).collect();
    Some(NamedAccount { account: known.id, people, rank })
}

/// How many words are there as a whole; none where one is not there at all.
fn whole_words(matches: impl Iterator<Item = Option<WordMatch>>) -> Option<usize> {
    let mut whole = 0;
    for matched in matches {
        whole += usize::from(matched? == WordMatch::Whole);
    }
    Some(whole)
}

fn best_match(words: &[NameWord], typed: &NameWord) -> Option<WordMatch> {
    words.iter().filter_map(|word| word.matched_by(typed)).max()
}

/// The words of what a person is called, by whoever says so.
fn person_words(known: AccountContext<'_>, person: PersonId) -> Vec<NameWord> {
    let mut words = BTreeSet::new();
    for node in known.nodes_of(person) {
        let said = |name: &str| texts(node, FieldOf::Person, name);
        let (firsts, lasts, wholes) = (said("first_name"), said("last_name"), said("name"));
        let names = [&firsts, &lasts, &wholes].into_iter().flatten().copied();
        words.extend(names.flat_map(name_words));
        // Where a name is written in one word, it is found by that, too.
        for (first, last) in firsts.iter().zip(&lasts) {
            let whole = person_names(Some(first), Some(last), None);
            words.extend(whole.iter().flat_map(|name| name_words(name)));
        }
    }
    words.into_iter().collect()
}

/// The words of what a company is called, by its people, itself, and its domain.
fn company_words(known: AccountContext<'_>) -> Vec<NameWord> {
    let mut words = BTreeSet::new();
    for (_, node) in known.nodes() {
        words.extend(texts(node, FieldOf::Account, "name").into_iter().flat_map(name_words));
        let domains = texts(node, FieldOf::Account, "domain").into_iter();
        words.extend(domains.map(domain_label).flat_map(name_words));
    }
    words.into_iter().collect()
}

fn texts<'a>(node: &'a Node, of: FieldOf, name: &str) -> Vec<&'a str> {
    let said: Vec<&Field> = node.said(of, name).collect();
    said.into_iter().filter_map(|field| field.value.text()).collect()
}

fn latest_of<'a>(nodes: impl Iterator<Item = &'a Node>) -> Moment {
    let touches = nodes.flat_map(|node| node.touchpoints.iter().map(|touch| touch.moment));
    touches.max().unwrap_or(Moment::EPOCH)
}
