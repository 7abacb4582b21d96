//! A small strategy to change one thing in, and a lead to show it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use domain::{Fields, Moment, Money, SignalId, Span, Value};
use rules::name::Name;
use rules::routing::RouteMatch;
use rules::scene::Known;
use rules::{Compiled, Files, Frame, Scene, Strategy, Touch, compile};

/// A folder that compiles, to change one thing in.
pub(crate) struct Folder(BTreeMap<String, Vec<u8>>);

pub(crate) fn folder() -> Folder {
    let files = [
        ("strategy.yaml", "strategy: small\nseed: 7\n"),
        ("sla.yaml", "hot: { accept: { within: 1h } }\n"),
        (
            "readiness.yaml",
            "columns: { total: score.total }\noutputs: [decision, kind, sla]\nrows:\n  \
             - [ \">= 60\", hand off, marketing-to-sales, hot ]\n  - [ \"-\", nurture, \"-\", \"-\" ]\n",
        ),
        (
            "routing.yaml",
            "routes:\n  - { route: all, to: { queue: unassigned } }\nqueues:\n  \
             unassigned: { owner: a.keller, within: 2h }\n",
        ),
        (
            "team.csv",
            "id,name,region,skill.energy,calendar\na.keller,Anna Keller,dach,3,berlin\n\
             j.brandt,Jonas Brandt,dach,,berlin\nh.martin,Hugo Martin,emea,1,berlin\n",
        ),
        ("calendars/berlin.yaml", "zone: Europe/Berlin\nweek: { mon-fri: [\"09:00-17:00\"] }\n"),
        ("lists/dach.csv", "country\nDE\nAT\nCH\n"),
    ];
    Folder(files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).into())
}

impl Folder {
    pub(crate) fn with(mut self, name: &str, text: impl AsRef<[u8]>) -> Self {
        self.0.insert(name.to_owned(), text.as_ref().to_vec());
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.remove(name);
        self
    }

    /// With a route whose condition this is, before the catch-all.
    pub(crate) fn when(self, condition: &str) -> Self {
        let quoted = condition.replace('\'', "''");
        let routing = format!(
            "routes:\n  - {{ route: probe, when: '{quoted}', to: {{ hold: probe }} }}\n  \
             - {{ route: all, to: {{ queue: unassigned }} }}\nqueues:\n  \
             unassigned: {{ owner: a.keller, within: 2h }}\n"
        );
        self.with("routing.yaml", routing)
    }

    pub(crate) fn compile(self) -> Compiled {
        compile(&Files(self.0))
    }

    /// The files alone.
    pub(crate) fn files(self) -> Files {
        Files(self.0)
    }

    /// As it is read where it is in force already.
    pub(crate) fn kept(self) -> Option<Strategy> {
        rules::compile_kept(&Files(self.0))
    }

    #[track_caller]
    pub(crate) fn strategy(self) -> Strategy {
        let compiled = self.compile();
        let Some(strategy) = compiled.strategy else {
            panic!("{}", drawn(&compiled.diagnostics, &compiled.sources))
        };
        strategy
    }

    /// What is told, as `code file:line:column`.
    pub(crate) fn told(self) -> Vec<String> {
        let compiled = self.compile();
        let told = compiled.diagnostics.list().iter().map(|diagnostic| {
            let place = compiled.sources.place(diagnostic.span);
            format!("{} {}:{}:{}", diagnostic.code, place.file, place.line, place.column)
        });
        told.collect()
    }

    pub(crate) fn drawn(self) -> String {
        let compiled = self.compile();
        drawn(&compiled.diagnostics, &compiled.sources)
    }
}

fn drawn(diagnostics: &notation::Diagnostics, sources: &notation::Sources) -> String {
    diagnostics.list().iter().map(|diagnostic| notation::draw(sources, diagnostic)).collect()
}

/// A lead: what is known of it, and what it did.
#[derive(Clone, Debug)]
pub(crate) struct Lead {
    pub(crate) now: Moment,
    fields: BTreeMap<String, Value>,
    touches: Vec<(SignalId, Moment, String, Fields)>,
}

pub(crate) fn lead() -> Lead {
    let now = "2026-11-20T12:00:00Z".parse().expect("a moment");
    Lead { now, fields: BTreeMap::new(), touches: Vec::new() }
}

impl Lead {
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn tagged(self, tags: &[&str]) -> Self {
        self.with("account.tags", Value::List(tags.iter().map(|tag| Value::from(*tag)).collect()))
    }

    pub(crate) fn worth(self, name: &str, amount: i64, currency: &str) -> Self {
        let money = Money { amount: amount.into(), currency: currency.to_owned() };
        self.with(name, Value::Money(money))
    }

    /// It did something so long ago.
    pub(crate) fn did(mut self, kind: &str, ago: Span, fields: &[(&str, &str)]) -> Self {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
        self.push(kind, ago, fields.collect());
        self
    }

    /// It did something just now.
    pub(crate) fn had(mut self, kind: &str, fields: &[(&str, Value)]) -> Self {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        self.push(kind, Span::ZERO, fields.collect());
        self
    }

    /// What the condition of each route comes to, in order.
    pub(crate) fn judged(&self, strategy: &Strategy) -> Vec<RouteMatch> {
        let frame = self.frame(strategy);
        strategy.routing.routes.iter().map(|route| route.judge(&frame)).collect()
    }

    /// How many of its signals are later than now.
    fn later(&self) -> usize {
        self.touches.partition_point(|(_, moment, ..)| *moment > self.now)
    }

    fn push(&mut self, kind: &str, ago: Span, fields: Fields) {
        let signal = SignalId::caused_by(&[kind.as_bytes(), &self.touches.len().to_be_bytes()]);
        self.touches.push((signal, self.now - ago, kind.to_owned(), fields));
        self.touches.sort_by_key(|(_, moment, ..)| std::cmp::Reverse(*moment));
    }

    pub(crate) fn frame<'a>(&'a self, strategy: &'a Strategy) -> Frame<'a> {
        strategy.frame(self)
    }
}

impl Scene for Lead {
    fn now(&self) -> Moment {
        self.now
    }

    fn known(&self, name: &Name) -> Known<'_> {
        Known::value(self.fields.get(&name.to_string()).map(Cow::Borrowed))
    }

    fn touches(&self) -> usize {
        self.touches.len() - self.later()
    }

    fn touch(&self, at: usize) -> Touch<'_> {
        let (signal, moment, kind, fields) = &self.touches[self.later() + at];
        Touch { signal: *signal, moment: *moment, kind, source: "site", fields }
    }
}
