//! Names are asked for by their indexes: when a rule reaches them, and once.

use std::cell::RefCell;

use domain::Moment;
use rules::name::Name;
use rules::scene::Known;
use rules::{Scene, Strategy, Touch, Truth};

use crate::folder::{Lead, folder, lead};

/// A lead that writes down what it is asked.
struct Asked {
    lead: Lead,
    names: RefCell<Vec<String>>,
}

impl Scene for Asked {
    fn now(&self) -> Moment {
        self.lead.now()
    }

    fn known(&self, name: &Name) -> Known<'_> {
        self.names.borrow_mut().push(name.to_string());
        self.lead.known(name)
    }

    fn touches(&self) -> usize {
        self.lead.touches()
    }

    fn touch(&self, at: usize) -> Touch<'_> {
        self.lead.touch(at)
    }
}

const ROUTES: &str = "routes:\n  \
    - { route: a, when: 'account.industry == \"energy\" && account.country == \"DE\"', to: { queue: rest } }\n  \
    - { route: b, when: 'account.industry == \"energy\" && account.employees > 5', to: { queue: rest } }\n  \
    - { route: c, when: 'account.stage == \"customer\"', to: { queue: rest } }\n  \
    - { route: all, to: { queue: rest } }\nqueues:\n  rest: { owner: a.keller, within: 2h }\n";

fn strategy() -> Strategy {
    folder().with("routing.yaml", ROUTES).strategy()
}

#[test]
fn a_rule_asks_for_what_it_reaches_and_for_each_name_once() {
    let strategy = strategy();
    let lead = lead().with("account.industry", "finance").with("account.country", "DE");
    let asked = Asked { lead, names: RefCell::default() };
    let frame = strategy.frame(&asked);
    assert!(asked.names.borrow().is_empty(), "nothing was reached");
    let routes = &strategy.routing.routes;
    for _ in 0..2 {
        assert_eq!(routes[0].judge(&frame).truth, Truth::No);
        assert_eq!(routes[1].judge(&frame).truth, Truth::No);
        // The industry did not hold, so that nothing else of either route was looked at.
        assert_eq!(*asked.names.borrow(), ["account.industry"]);
    }
    assert_eq!(routes[2].judge(&frame).truth, Truth::Unknown);
    assert_eq!(*asked.names.borrow(), ["account.industry", "account.stage"]);
}

#[test]
fn what_a_frame_says_does_not_depend_on_the_order_of_questions() {
    let strategy = strategy();
    let lead = lead().with("account.industry", "energy").with("account.employees", 9);
    let forth = lead.frame(&strategy);
    let back = lead.frame(&strategy);
    let routes = &strategy.routing.routes;
    let told: Vec<_> = routes.iter().map(|route| route.judge(&forth)).collect();
    let mut again: Vec<_> = routes.iter().rev().map(|route| route.judge(&back)).collect();
    again.reverse();
    assert_eq!(told, again);
    assert_eq!(told.iter().filter(|one| one.truth == Truth::Yes).count(), 2);
}

#[test]
fn a_score_that_is_set_is_what_every_later_rule_sees() {
    let yaml = "columns: { total: score.total, high: score.fit * 2 > 100 }\n\
                outputs: [decision, kind, sla]\nrows:\n  \
                - [ \">= 60\", true, hand off, a, hot ]\n  - [ \"-\", \"-\", nurture, \"-\", \"-\" ]\n";
    let strategy = folder().with("readiness.yaml", yaml).strategy();
    let lead = lead();
    let mut frame = lead.frame(&strategy);
    assert_eq!(strategy.readiness.decide(&frame).row, Some(1), "no score is known");
    for (fit, row) in [(6_000, 0), (4_000, 1), (7_000, 0)] {
        frame.set_score(&domain::fact::Score { fit, ..domain::fact::Score::default() });
        assert_eq!(strategy.readiness.decide(&frame).row, Some(row), "{fit}");
    }
}
