//! How a folder becomes a strategy.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::Moment;
use jiff::civil::Date;
use notation::{Diagnostic, Diagnostics, FileId, Node, Sources, Span};

use super::folder::{self, Kind, StrategyFile, take};
use super::hints::Hinted;
use super::parts::Parts;
use super::version::Content;
use super::{Compiled, Counts, Files, Play, Strategy, cross_references, declared, hints};
use crate::autonomy::{Fence, Levels};
use crate::calendar::{self, Calendar};
use crate::chance::Chance;
use crate::columns::utc_date;
use crate::contract::{self, Contract};
use crate::expression::proof::Budget;
use crate::expression::{Compile, Condition, Context, Names, Type, Types};
use crate::lists::{self, Lists};
use crate::readiness::Readiness;
use crate::roster::Roster;
use crate::routing::{RouteNames, Routing};
use crate::scoring::Scoring;
use crate::team::{ColumnKind, Team};
use crate::{brief, destinations, playbook, reading, sla, sources, team, territory};

/// Whether somebody reads what is probably meant otherwise.
#[derive(Clone, Copy)]
enum Hints {
    /// They do.
    Told {
        /// The day of the check, where it is known.
        today: Option<Date>,
    },
    /// Nobody does: the strategy is in force.
    Unread,
}

/// Reads, checks and compiles a folder. It ends for any bytes, and tells what is wrong with them.
pub fn compile(files: &Files) -> Compiled {
    read(files, Hints::Told { today: None }, Diagnostics::new())
}

/// The same, and tells besides of dates that are over at a moment, as of holidays.
pub fn compile_at(files: &Files, now: Moment) -> Compiled {
    read(files, Hints::Told { today: Some(utc_date(now)) }, Diagnostics::new())
}

/// Errors that an earlier program did not know. What nothing follows yet changes nothing, and without a
/// deadline, with lines that are never reached, or with pools in a circle, which the engine walks once, a
/// strategy does what it did.
const BORNE: [&str; 5] =
    ["not-yet", "deadline-missing", "chain-unreached", "targets-order", "pool-circle"];

/// A strategy that was put in force, maybe by an earlier program: what that one took does not keep the
/// folder shut.
pub fn compile_kept(files: &Files) -> Option<Strategy> {
    read(files, Hints::Unread, Diagnostics::bearing(&BORNE)).strategy
}

/// The files without which there is no strategy.
const REQUIRED: [&str; 4] = ["strategy.yaml", "readiness.yaml", "routing.yaml", "team.csv"];

fn read(files: &Files, hints: Hints, mut out: Diagnostics) -> Compiled {
    let mut sources = Sources::new();
    let taken = take(files, &mut sources, &mut out);
    let absent = REQUIRED.into_iter().filter(|name| sources.named(name).is_none());
    // What lacks is told under its own name, and not at whichever file is there.
    let absent: Vec<(&str, FileId)> = absent
        .collect::<Vec<_>>()
        .into_iter()
        .map(|name| (name, sources.add_unread(name, String::new())))
        .collect();
    let folder = Folder { taken: &taken, sources: &sources, absent: &absent, hints };
    let mut counts = Counts { files: taken.len(), ..Counts::default() };
    let strategy = folder.strategy(&mut counts, &mut out);
    let strategy = strategy.filter(|_| out.errors() == 0);
    Compiled { strategy, sources, diagnostics: out.sorted(), counts }
}

/// The contracts of a folder that was compiled before; what cannot be read is left out.
pub fn contracts(files: &Files) -> Vec<Contract> {
    let mut sources = Sources::new();
    let of_contracts = files.0.iter().filter(|(path, _)| is_contract(path));
    let read = of_contracts.filter_map(|(path, bytes)| {
        let text = String::from_utf8(bytes.clone()).ok()?;
        let file = sources.add(path, text);
        contract::parse(&sources, file, &mut Diagnostics::new())
    });
    read.collect()
}

fn is_contract(path: &str) -> bool {
    folder::kind(path) == Some(Kind::Yaml) && path.starts_with("contracts/")
}

struct Folder<'a> {
    taken: &'a [StrategyFile],
    sources: &'a Sources,
    /// The files that are required and not there.
    absent: &'a [(&'a str, FileId)],
    hints: Hints,
}

/// What `strategy.yaml` says beside conditions.
struct Head {
    name: String,
    seed: u64,
    explore_ppm: u32,
    default_sla: Option<notation::Spanned<String>>,
}

/// What has conditions; none where a file is missing or cannot be read, which was told.
struct Ruled {
    head: Option<(Head, Levels, Vec<Fence>)>,
    scoring: Option<Scoring>,
    readiness: Option<Readiness>,
    routing: Option<Routing>,
    playbooks: Option<Vec<Play>>,
}

impl Folder<'_> {
    fn strategy(&self, counts: &mut Counts, out: &mut Diagnostics) -> Option<Strategy> {
        let documents = self.documents(out);
        let lists = self.lists(out);
        let team = self.team(out);
        let calendars = self.calendars(out);
        let known = RouteNames {
            team: team.as_ref(),
            named_accounts: self.file("named_accounts.csv").is_some(),
            territories: self.file("territories.csv").is_some(),
        };
        let contracts = self.contracts(out);
        let mut types = Types::new(team.as_ref().map(columns));
        declared::declare(self.sources, self.taken, contracts.as_deref(), &mut types, out);
        // All uses of a field are gathered before any of them is judged.
        let read = |types: &mut Types, names: &mut Names, out: &mut Diagnostics| {
            let budget = &mut Budget::default();
            let to = Compile { sources: self.sources, lists: &lists, names, types, budget, out };
            self.ruled(&documents, &known, to)
        };
        read(&mut types, &mut Names::default(), &mut Diagnostics::new());
        types.settle();
        let mut names = Names::default();
        let before = out.errors();
        let Ruled { head, scoring, readiness, routing, playbooks } =
            read(&mut types, &mut names, out);
        let ruled = head.is_some() && scoring.is_some() && readiness.is_some();
        let ruled = ruled && routing.is_some() && playbooks.is_some();
        let conditions_read = ruled && out.errors() == before;
        let slas = self.optional("sla.yaml", sla::read, out);
        if let Some(slas) = &slas {
            cross_references::give(slas, out);
        }
        let brief = self.optional("brief.yaml", brief::parse, out);
        let destinations = self.optional("destinations.yaml", destinations::parse, out);
        if let (Some(plays), Some(contracts)) = (&playbooks, &contracts) {
            playbook::check_placeholders(plays.iter().map(|play| &play.playbook), contracts, out);
        }
        let territories = self.optional("territories.csv", territory::parse, out);
        let named_accounts = self.optional("named_accounts.csv", territory::parse_named, out);
        let mut field_sources = self.optional("sources.yaml", sources::parse, out);
        if let (Some(sources), Some(routing)) = (&mut field_sources, &routing) {
            sources.heed(routing);
            sources.tell(routing, out);
        }
        let calendar_names = self.inside("calendars/", ".yaml").map(|(name, _)| name).collect();
        let parts = Parts {
            head_read: head.is_some(),
            default_sla: head.as_ref().and_then(|(head, _, _)| head.default_sla.as_ref()),
            team: team.as_ref(),
            calendars: &calendar_names,
            routing: routing.as_ref(),
            readiness: readiness.as_ref(),
            slas: slas.as_ref(),
            destinations: destinations.as_ref(),
            named_accounts: named_accounts.as_ref(),
            territories: territories.as_ref(),
        };
        if let Hints::Told { today } = self.hints {
            let assign = documents.get("strategy.yaml").and_then(assign_level);
            let hinted = Hinted {
                sources: self.sources,
                taken: self.taken,
                types: &types,
                contracts: contracts.as_deref(),
                plays: playbooks.as_deref(),
                brief: brief.as_ref(),
                bounds: head
                    .as_ref()
                    .map(|(_, levels, fences)| (levels, assign, fences.as_slice())),
                calendars: calendars.as_ref(),
                conditions_read,
                today,
            };
            hints::tell(&hinted, &parts, out);
        }
        cross_references::check(&parts, out);
        if let (Some(destinations), Some(brief)) = (&destinations, &brief) {
            cross_references::purposes(destinations, brief, out);
        }

        let fences = head.as_ref().map_or(0, |(_, _, fences)| fences.len());
        counts.rules = fences
            + scoring.as_ref().map_or(0, Scoring::len)
            + readiness.as_ref().map_or(0, |table| table.rows.len())
            + routing.as_ref().map_or(0, |routing| routing.routes.len());
        counts.pools = routing.as_ref().map_or(0, |routing| routing.pools.len());
        let version = self.version(&documents, out);
        let (head, autonomy, fences) = head?;
        let (team, calendars) = (team?, calendars?);
        Some(Strategy {
            version: version?,
            name: head.name,
            seed: head.seed,
            chance: Chance::new(head.seed),
            explore_ppm: head.explore_ppm,
            default_sla: head.default_sla,
            autonomy,
            fences,
            scoring: scoring?,
            readiness: readiness?,
            routing: routing?,
            sources: field_sources?,
            contracts: contracts?,
            destinations: destinations?,
            playbooks: playbooks?,
            brief: brief?,
            slas: slas?,
            roster: Roster::new(&team, &calendars),
            team,
            calendars,
            territories: territories?,
            named_accounts: named_accounts?,
            mail: lists::MailLists::of(&lists),
            lists,
            fields: types.settled(),
            names,
        })
    }

    /// What has conditions.
    fn ruled(
        &self,
        documents: &BTreeMap<&str, Node>,
        known: &RouteNames<'_>,
        mut to: Compile<'_>,
    ) -> Ruled {
        let head = self.document("strategy.yaml", documents, &mut to);
        let head = head.and_then(|node| head_and_bounds(node, &mut to));
        let scoring = match documents.get("scoring.yaml") {
            Some(node) => Scoring::read(node, &mut to),
            None => Some(Scoring::default()),
        };
        let readiness = self.document("readiness.yaml", documents, &mut to);
        let readiness = readiness.and_then(|node| Readiness::read(node, &mut to));
        let routing = self.document("routing.yaml", documents, &mut to);
        let routing = routing.and_then(|node| Routing::read(node, known, &mut to));
        let playbooks = self.playbooks(&mut to);
        Ruled { head, scoring, readiness, routing, playbooks }
    }

    /// The files that are read here as YAML, by name.
    fn documents(&self, out: &mut Diagnostics) -> BTreeMap<&str, Node> {
        const HERE: [&str; 4] = ["strategy.yaml", "scoring.yaml", "readiness.yaml", "routing.yaml"];
        let here = self.taken.iter().filter(|taken| HERE.contains(&taken.path.as_str()));
        here.filter_map(|taken| {
            Some((taken.path.as_str(), notation::parse(self.sources, taken.file, out)?))
        })
        .collect()
    }

    fn document<'d>(
        &self,
        name: &str,
        documents: &'d BTreeMap<&str, Node>,
        to: &mut Compile<'_>,
    ) -> Option<&'d Node> {
        let node = documents.get(name);
        if node.is_none() {
            self.missing(name, to.out);
        }
        node
    }

    fn file(&self, name: &str) -> Option<FileId> {
        self.taken.iter().find(|taken| taken.path == name).map(|taken| taken.file)
    }

    /// A file that may be missing; none only where it is there and cannot be read.
    fn optional<T: Default>(
        &self,
        name: &str,
        parse: impl Fn(&Sources, FileId, &mut Diagnostics) -> Option<T>,
        out: &mut Diagnostics,
    ) -> Option<T> {
        match self.file(name) {
            Some(file) => parse(self.sources, file, out),
            None => Some(T::default()),
        }
    }

    /// Tells of a file that is required and not there, under its own name.
    fn missing(&self, name: &str, out: &mut Diagnostics) {
        let Some((_, file)) = self.absent.iter().find(|(absent, _)| *absent == name) else {
            return;
        };
        let says = format!("the folder has no {name}");
        let told = Diagnostic::error("file-missing", Span::top(*file), says);
        out.push(
            told.help(format!("add {name}, or begin with `baton init DIR`")).missing("file", name),
        );
    }

    fn inside(&self, folder: &str, end: &str) -> impl Iterator<Item = (&str, FileId)> {
        self.taken.iter().filter_map(move |taken| {
            let name = taken.path.strip_prefix(folder)?.strip_suffix(end)?;
            Some((name, taken.file))
        })
    }

    fn lists(&self, out: &mut Diagnostics) -> Lists {
        let mut found = Lists::new();
        for (name, file) in self.inside("lists/", ".csv") {
            let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if !name.chars().all(word) || name.starts_with(|c: char| c.is_ascii_digit()) {
                let says = "conditions cannot use a list of this name";
                let help = "use a-z, 0-9 and `_`, as in lists/target_industries.csv";
                out.push(Diagnostic::error("name-unusable", Span::top(file), says).help(help));
            } else {
                out.give("list", name, Span::top(file));
                // One that cannot be read was told, and is not missing besides.
                let list = match notation::parse_csv(self.sources, file, out) {
                    Some(csv) => lists::read(name, &csv, file, out),
                    None => lists::List::new(name, Vec::new()),
                };
                found.insert(name.to_owned(), Arc::new(list));
            }
        }
        found
    }

    fn team(&self, out: &mut Diagnostics) -> Option<Team> {
        self.missing("team.csv", out);
        // As far as they can be read: whether anything is wrong is known by the errors that were told.
        let mut team = team::read(self.sources, self.file("team.csv")?, out)?;
        if let Some(leave) = self.file("leave.csv") {
            team::parse_leave(self.sources, leave, &mut team, out);
        }
        Some(team)
    }

    fn contracts(&self, out: &mut Diagnostics) -> Option<Vec<Contract>> {
        let read: Vec<Option<Contract>> = self
            .inside("contracts/", ".yaml")
            .map(|(_, file)| contract::parse(self.sources, file, out))
            .collect();
        let contracts = read.into_iter().collect::<Option<Vec<Contract>>>()?;
        contract::check_versions(&contracts, out);
        Some(contracts)
    }

    fn playbooks(&self, to: &mut Compile<'_>) -> Option<Vec<Play>> {
        let mut plays = Vec::new();
        for (_, file) in self.inside("playbooks/", ".md") {
            let playbook = playbook::parse(self.sources, file, to.out)?;
            let segment = match &playbook.segment {
                Some(segment) => Some(Condition::read(&segment.node, Context::Segment, to)?),
                None => None,
            };
            plays.push(Play { playbook, segment });
        }
        Some(plays)
    }

    fn calendars(&self, out: &mut Diagnostics) -> Option<BTreeMap<String, Arc<Calendar>>> {
        let read: Vec<(String, Option<Calendar>)> = self
            .inside("calendars/", ".yaml")
            .map(|(name, file)| {
                out.give("calendar", name, Span::top(file));
                let calendar = calendar::parse(self.sources, file, out);
                if let Some(calendar) = &calendar {
                    out.witness("calendar", name, calendar.zone());
                }
                (name.to_owned(), calendar)
            })
            .collect();
        read.into_iter().map(|(name, calendar)| Some((name, Arc::new(calendar?)))).collect()
    }

    /// The hash of what was read; none where a file could not be read, which was told.
    fn version(
        &self,
        documents: &BTreeMap<&str, Node>,
        out: &mut Diagnostics,
    ) -> Option<domain::fact::StrategyVersion> {
        if out.errors() > 0 {
            return None;
        }
        let mut content = Content::default();
        let mut told = Diagnostics::new();
        for StrategyFile { path, file, kind } in self.taken {
            match kind {
                Kind::Yaml => match documents.get(path.as_str()) {
                    Some(node) => content.yaml(path, node),
                    None => content.yaml(path, &notation::parse(self.sources, *file, &mut told)?),
                },
                Kind::Csv => {
                    content.csv(path, &notation::parse_csv(self.sources, *file, &mut told)?);
                }
                Kind::Text => content.lines(path, self.sources.text(*file)),
                Kind::Apart | Kind::NotYet => {}
            }
        }
        Some(content.version())
    }
}

/// What conditions may ask of members.
fn columns(team: &Team) -> BTreeMap<String, Type> {
    let of = |kind| match kind {
        ColumnKind::Text => Type::Text,
        ColumnKind::Number => Type::Number,
        ColumnKind::Boolean => Type::Boolean,
        ColumnKind::List => Type::List,
    };
    team.columns.iter().map(|column| (column.name.clone(), of(column.kind))).collect()
}

/// Where the level of giving a lead to somebody is said.
fn assign_level(node: &Node) -> Option<Span> {
    declared::at(declared::at(node, "autonomy")?, "assign").map(|node| node.span)
}

fn head_and_bounds(node: &Node, to: &mut Compile<'_>) -> Option<(Head, Levels, Vec<Fence>)> {
    let mut fields = node.map(to.out)?;
    let name = fields.required("strategy", to.out);
    let seed = fields.optional("seed").map_or(Some(0), |node| seed(node, to.out));
    let default_sla = fields.optional("default_sla").map(|node| reading::text(node, to.out));
    let explore = fields.optional("explore").map_or(Some(0), |node| share(node, to.out));
    let autonomy = fields.optional("autonomy").map(|node| Levels::read(node, to.out));
    let fences = fields.optional("fences").map(|node| Fence::read_all(node, to));
    fields.finish(to.out);
    let name = name?.text(to.out)?.to_owned();
    let default_sla = match default_sla {
        Some(read) => Some(read?),
        None => None,
    };
    let head = Head { name, seed: seed?, explore_ppm: explore?, default_sla };
    Some((head, autonomy.unwrap_or_default(), fences.unwrap_or_default()))
}

fn seed(node: &Node, out: &mut Diagnostics) -> Option<u64> {
    let seed = node.integer(out)?;
    let positive = u64::try_from(seed).ok();
    if positive.is_none() {
        out.push(
            Diagnostic::error("yaml-type", node.span, "a seed is not negative")
                .help("write 2026, say"),
        );
    }
    positive
}

/// `2%`, in parts of a million; at most half.
fn share(node: &Node, out: &mut Diagnostics) -> Option<u32> {
    const MOST_PPM: u32 = 500_000;
    let text = node.word(out)?;
    let number = text.strip_suffix('%').map(str::trim_end).and_then(|text| {
        let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        rust_decimal::Decimal::from_str_exact(text).ok().filter(|_| plain)
    });
    let ppm = number.and_then(|percent| percent.checked_mul(10_000.into()));
    let ppm = ppm.filter(rust_decimal::Decimal::is_integer).and_then(|ppm| u32::try_from(ppm).ok());
    let ppm = ppm.filter(|ppm| *ppm <= MOST_PPM);
    if ppm.is_none() {
        let says = "this is no share";
        let help = "write it like 2%, and at most 50%";
        out.push(Diagnostic::error("share-unreadable", node.span, says).help(help));
    }
    ppm
}
