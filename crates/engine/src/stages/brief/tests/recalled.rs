//! A brief that is read later says what it said when it was written, out of its claims.

use domain::fact::{By, Claims, Fact};
use domain::{HandoffId, Span};
use rules::Strategy;

use super::{Cited, cites, random};
use crate::as_of::AsOf;
use crate::stages::brief::{self, Brief};
use crate::test_account::{self, AccountBuilder};

/// Writes the brief of a handoff as its turn does, and says so.
fn written(made: &mut AccountBuilder, handoff: HandoffId, strategy: &Strategy) -> (String, Claims) {
    let folded = made.handoff(handoff, AsOf::Latest);
    let draft = brief::draft(folded.get(), strategy);
    let ((claims, unknown), says) = (draft.shape(), draft.codes());
    let told = said(&draft.brief(strategy));
    let kept = Some(Box::new(says.clone()));
    let renderer = Some(1);
    made.say(vec![Fact::BriefWritten { handoff, claims, unknown, renderer, says: kept }]);
    (told, says)
}

/// What a brief says; what is counted beside it is of the reading.
fn said(brief: &Brief<'_>) -> String {
    format!("{:?} {:?} {:?} {:?}", brief.claims, brief.unknown, brief.steps, brief.as_of)
}

fn read<T>(
    made: &AccountBuilder,
    handoff: HandoffId,
    strategy: &Strategy,
    look: fn(&Brief<'_>) -> T,
) -> T {
    let folded = made.handoff(handoff, AsOf::Assignment);
    look(&brief::write(folded.get(), strategy, strategy))
}

#[test]
fn a_brief_that_is_read_later_is_the_one_that_was_written() {
    let strategy = test_account::strategy();
    let mut claims = 0;
    for seed in 0..300 {
        let (mut made, handoff) = random(seed);
        let (told, says) = written(&mut made, handoff, &strategy);
        claims += says.claims.len();
        let stored = minicbor::to_vec(&says).expect("CBOR");
        assert_eq!(minicbor::decode::<Claims>(&stored).expect("it reads"), says, "seed {seed}");
        // What is known later, of these signals too, changes nothing.
        made.now = made.now + Span::HOUR;
        for who in ["luis", "karin"] {
            let field = ("person.title", "Somebody else".into());
            made.did(who, Span::ZERO, "form.submitted", &[field, ("message", "later".into())]);
        }
        let again = read(&made, handoff, &strategy, said);
        assert_eq!(again, told, "seed {seed}");
    }
    assert!(claims > 3_000, "{claims} claims prove little");
}

#[test]
fn claims_hold_no_value_and_no_sentence() {
    let strategy = test_account::strategy();
    for seed in 0..50 {
        let (mut made, handoff) = random(seed);
        let (_, says) = written(&mut made, handoff, &strategy);
        let names: Vec<&str> =
            says.claims.iter().filter_map(|claim| claim.name.as_deref()).collect();
        assert!(names.iter().all(|name| !name.contains(' ')), "{names:?}");
        let quoting = says.claims.iter().filter(|claim| claim.source.is_some());
        assert!(quoting.count() > 0 && says.sources.len() == 1, "seed {seed}");
    }
}

#[test]
fn what_was_erased_since_is_not_said() {
    let strategy = test_account::strategy();
    let (mut with_others, mut fewer) = (0, 0);
    for seed in 0..100 {
        let (mut made, handoff) = random(seed);
        written(&mut made, handoff, &strategy);
        let whole: Vec<Cited> =
            read(&made, handoff, &strategy, |brief| brief.claims.iter().map(cites).collect());
        let known = made.handoff(handoff, AsOf::Latest);
        let karin = AccountBuilder::node("karin");
        let theirs: Cited = known.get().account().node(karin).map_or_else(Cited::new, |node| {
            node.touchpoints.iter().map(|touch| touch.signal).collect()
        });
        if theirs.is_empty() {
            continue;
        }
        let (person, nodes) = (AccountBuilder::person("karin"), vec![karin]);
        let erased = Fact::PersonErased { person, nodes, entries: Vec::new(), by: By::Operator };
        made.forget("karin", erased);
        let left: Vec<Cited> =
            read(&made, handoff, &strategy, |brief| brief.claims.iter().map(cites).collect());
        let expected = whole.iter().map(|cited| cited.difference(&theirs).copied().collect());
        let expected: Vec<Cited> = expected.filter(|cited: &Cited| !cited.is_empty()).collect();
        assert_eq!(left, expected, "seed {seed}");
        (with_others, fewer) = (with_others + 1, fewer + usize::from(left.len() < whole.len()));
    }
    assert!(with_others > 50 && fewer > 50, "{with_others}, {fewer}");
}
