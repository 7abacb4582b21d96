//! Kinds of signals that somebody probably meant otherwise. A source may bring any kind, so that one is
//! never wrong; one that is a slip away from another is doubtful, and so is a list of kinds that start a
//! handoff of which nothing else is known.

use std::collections::{BTreeMap, BTreeSet};

use notation::{Diagnostic, Diagnostics, Span, Spanned};

use crate::begins::is_meant;
use crate::contract::Contract;
use crate::expression::Types;
use crate::readiness::Starts;

/// Kinds that sources usually bring, as the documentation and the examples write them.
const USUAL: [&str; 17] = [
    "asset.downloaded",
    "call.logged",
    "deal.lost",
    "deal.won",
    "email.clicked",
    "email.opened",
    "email.unsubscribed",
    "form.quote",
    "form.submitted",
    "handoff.debrief",
    "handoff.outcome",
    "intent.surge",
    "lead.created",
    "meeting.booked",
    "opportunity.opened",
    "page.viewed",
    "webinar.attended",
];
/// Shorter kinds have too many neighbours.
const LETTERS_MIN: usize = 5;
/// What stands behind a verb that tells what was done.
const ENDINGS: [&str; 4] = ["d", "ed", "ted", "ded"];

/// The kinds that a folder names.
struct Kinds<'a> {
    /// Those that are usual, and those that contracts and maps name; a contract may say `form.*`.
    known: BTreeSet<&'a str>,
    /// Those that conditions and scores look at: how often, and where first; in their order.
    used: Vec<(&'a str, usize, Span)>,
}

/// Tells of kinds of signals whose names are almost those of others, and of `starts` that nothing meets.
pub(in crate::strategy) fn tell(
    types: &Types,
    contracts: &[Contract],
    starts: Option<&Starts>,
    out: &mut Diagnostics,
) {
    let kinds = Kinds::of(types, contracts);
    for (place, (kind, _, span)) in kinds.used.iter().enumerate() {
        if kind.ends_with('*') {
            let says = format!("no signal is of the kind `{kind}`: one kind is looked for here");
            let help = "write each kind out, as in `form.submitted`; `starts` and `batonKinds` know the `*`";
            out.push(Diagnostic::warning("name-doubtful", *span, says).help(help));
        } else if let Some(near) = kinds.meant(kind, place) {
            doubtful(kind, near, *span, out);
        }
    }
    if let Some(starts) = starts {
        kinds.starts(starts.written(), out);
    }
}

fn doubtful(kind: &str, near: &str, span: Span, out: &mut Diagnostics) {
    let says = format!("the kind of signals `{kind}` is almost `{near}`");
    let help = format!("did you mean `{near}`? If not, name the kind in a contract (`batonKinds`)");
    out.push(Diagnostic::warning("name-doubtful", span, says).help(help));
}

impl<'a> Kinds<'a> {
    fn of(types: &'a Types, contracts: &'a [Contract]) -> Self {
        let objects = contracts.iter().flat_map(|contract| &contract.objects);
        let promised = objects.flat_map(|object| &object.kinds).map(String::as_str);
        let mapped = types.mapped_kinds.iter().map(String::as_str);
        let known = USUAL.into_iter().chain(promised).chain(mapped).collect();
        let mut places = BTreeMap::new();
        let mut used: Vec<(&str, usize, Span)> = Vec::new();
        for Spanned { value, span } in &types.kinds {
            let place = *places.entry(value.as_str()).or_insert(used.len());
            match used.get_mut(place) {
                Some((_, count, _)) => *count += 1,
                None => used.push((value, 1, *span)),
            }
        }
        Self { known, used }
    }

    fn is_known(&self, kind: &str) -> bool {
        self.known.iter().any(|known| is_meant(known, kind))
    }

    /// What somebody probably meant who wrote the kind at a place: one that is known, else one that the
    /// folder looks at more often, or earlier.
    fn meant(&self, kind: &str, place: usize) -> Option<&'a str> {
        if self.is_known(kind) {
            return None;
        }
        let count = self.used[place].1;
        let others =
            self.used.iter().enumerate().filter(|(other, (_, times, _))| {
                *times > count || *times == count && *other < place
            });
        let known =
            self.known.iter().copied().find(|known| is_slip(kind, known) || is_verb(kind, known));
        known.or_else(|| others.map(|(_, (other, ..))| *other).find(|other| is_slip(kind, other)))
    }

    /// Every kind that stands anywhere but in `starts`.
    fn all(&self) -> impl Iterator<Item = &'a str> {
        self.known.iter().copied().chain(self.used.iter().map(|(kind, ..)| *kind))
    }

    fn starts(&self, written: &[Spanned<String>], out: &mut Diagnostics) {
        let met = |word: &str| {
            // Of two that begin alike, either may be the wider one.
            self.all().any(|kind| is_meant(word, kind) || is_meant(kind, word))
        };
        let mut told = false;
        for Spanned { value: word, span } in written.iter().filter(|word| !met(&word.value)) {
            let near = if let Some(begin) = word.strip_suffix('*') {
                self.beginning(begin).map(|near| format!("{near}*"))
            } else {
                let near = |known: &&str| is_slip(word, known) || is_verb(word, known);
                self.all().find(near).map(str::to_owned)
            };
            if let Some(near) = near {
                told = true;
                doubtful(word, &near, *span, out);
            }
        }
        if let Some(first) = written.first()
            && !told
            && !written.iter().any(|word| met(&word.value))
        {
            let says = "no signal that this folder or the handbook names starts a handoff";
            let help = "nothing is handed off until a source brings one of these kinds: correct them, \
                        add `lead.created` or `form.*`, or name the kind in a contract (`batonKinds`)";
            out.push(Diagnostic::warning("starts-unmet", first.span, says).help(help));
        }
    }

    /// The beginning of a kind that is almost this one: `form.` for `from.`.
    fn beginning(&self, begin: &str) -> Option<&'a str> {
        let dots = begin.matches('.').count();
        let begins = self.all().filter_map(|kind| {
            let (end, _) = kind.match_indices('.').nth(dots.checked_sub(1)?)?;
            kind.get(..=end)
        });
        begins.into_iter().find(|other| is_slip(begin, other))
    }
}

/// Whether a verb is written without its ending: `page.view` for `page.viewed`.
fn is_verb(kind: &str, known: &str) -> bool {
    let rest = known.strip_prefix(kind);
    kind.len() >= LETTERS_MIN
        && kind.contains('.')
        && rest.is_some_and(|rest| ENDINGS.contains(&rest))
}

/// Whether two kinds differ by one slip: a letter too many, too few or another, two that changed places,
/// or nothing but capitals. Digits tell kinds apart: `form.q1` and `form.q2`.
fn is_slip(written: &str, known: &str) -> bool {
    if written == known || written.len().min(known.len()) < LETTERS_MIN {
        return false;
    }
    let letters = |text: &str| text.to_lowercase().chars().collect::<Vec<char>>();
    let (one, other) = (letters(written), letters(known));
    let begin = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    let (one, other) = (&one[begin..], &other[begin..]);
    let end = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[..one.len() - end], &other[..other.len() - end]);
    match (one, other) {
        ([], []) => true,
        ([more], []) | ([], [more]) => !more.is_ascii_digit(),
        ([one], [other]) => !one.is_ascii_digit() && !other.is_ascii_digit(),
        ([first, second], [third, fourth]) => first == fourth && second == third,
        _ => false,
    }
}
