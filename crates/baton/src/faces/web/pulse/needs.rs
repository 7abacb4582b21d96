//! What needs a person, with where it is done. What is none is left out.

use counts::{Group, Measure};
use domain::handoff::State as Stage;
use pages::Href;
use pages::parts::Tone;
use pages::pulse::NeedView;

use super::figures::Doors;

/// What needs a person, as it is found.
#[derive(Default)]
pub(in crate::faces::web) struct Needs(Vec<NeedView>);

impl Needs {
    /// All of it, in the order in which it was found.
    pub(in crate::faces::web) fn found(self) -> Vec<NeedView> {
        self.0
    }

    /// Open handoffs of which a target was missed.
    pub(in crate::faces::web) fn breached(&mut self, of: &Doors<'_>, group: &Group) {
        let says = "still open after a target was missed";
        self.measured((of, Measure::BreachedOpen, group), ("breached", Tone::Bad), says);
    }

    /// Handoffs at which nothing goes on.
    pub(in crate::faces::web) fn stalled(&mut self, of: &Doors<'_>, group: &Group) {
        let says = "taken, and nothing happened for seven days";
        self.measured((of, Measure::Stalled, group), ("stalled", Tone::Look), says);
    }

    /// Handoffs of which a person is asked.
    pub(in crate::faces::web) fn in_review(&mut self, of: &Doors<'_>) {
        let asked = of.asked.in_state(Stage::InReview);
        let review = of.of(&asked);
        let count = review.counts.count(Measure::Open, &review.filter(asked.period), review.now);
        let href = review.door(Measure::Open, count).href;
        let says = "a person is asked what is to be done";
        self.add(count, ("in review", Tone::Look), says, (href, "Open"));
    }

    /// Leads that wait in a line.
    pub(in crate::faces::web) fn in_line(&mut self, waiting: u64) {
        let desk = (Some(Href::to("/desk")), "Desk");
        self.add(waiting, ("in line", Tone::Look), "nobody of their pool is free", desk);
    }

    fn measured(
        &mut self,
        (of, measure, group): (&Doors<'_>, Measure, &Group),
        word: (&str, Tone),
        says: &str,
    ) {
        let count = group.of(measure);
        self.add(count, word, says, (of.door(measure, count).href, "Open"));
    }

    /// So many of something, and where to go.
    pub(in crate::faces::web) fn add(
        &mut self,
        count: u64,
        (word, tone): (&str, Tone),
        says: &str,
        (href, verb): (Option<Href>, &str),
    ) {
        let Some(href) = href.filter(|_| count > 0) else { return };
        let what = (format!("{} {word}", pages::text::thousands(count)), tone);
        self.0.push(NeedView { what, says: says.to_owned(), href, verb: verb.to_owned() });
    }
}
