//! How `routing.yaml` is read.

use std::collections::BTreeMap;

use domain::handoff::{MemberId, QueueName};
use notation::{Diagnostic, Diagnostics, Fields, Key, Node, Span, Spanned, nearest};

use super::{
    Caps, Link, Method, Otherwise, Pool, Queue, Route, Routing, Target, Unanswered, proof,
};
use crate::expression::{Compile, Condition, Context, Expression, Names, Type};
use crate::name::{ClaimName, Name, Root};
use crate::team::Team;

/// Routes of a strategy.
const ROUTES_MAX: usize = 10_000;
/// Pools and queues of a strategy.
const POOLS_MAX: usize = 1_000;
/// What a cap may be.
const CAP_MAX: i64 = 1_000_000;

/// What routes may name.
pub(crate) struct RouteNames<'a> {
    /// The team; none where it could not be read, which was told.
    pub(crate) team: Option<&'a Team>,
    /// Whether there is a `named_accounts.csv`.
    pub(crate) named_accounts: bool,
    /// Whether there is a `territories.csv`.
    pub(crate) territories: bool,
}

impl Routing {
    pub(crate) fn read(node: &Node, known: &RouteNames<'_>, to: &mut Compile<'_>) -> Option<Self> {
        let mut fields = node.map(to.out)?;
        let routes = fields.required("routes", to.out);
        let pools = fields.optional("pools");
        let queues = fields.optional("queues");
        for (key, kind) in [("pools", "pool"), ("queues", "queue")] {
            if let Some(span) = fields.misspelt(key) {
                to.out.mark_unread(kind, span);
            }
        }
        fields.finish(to.out);
        let queues = named(queues, "queue", to.out);
        let pools = named(pools, "pool", to.out);
        let places = Places { pools: places(&pools), queues: places(&queues) };
        let queues: Vec<Option<Queue>> =
            queues.iter().map(|(key, node)| queue(key, node, known, to.out)).collect();
        let pools: Vec<Option<Pool>> =
            pools.iter().map(|(key, node)| pool(key, node, &places, known, to)).collect();
        let nodes = routes?.list(to.out)?;
        if nodes.len() > ROUTES_MAX {
            let says = format!("a strategy has at most {ROUTES_MAX} routes");
            to.out.push(Diagnostic::error("strategy-too-large", node.span, says));
            return None;
        }
        let before = to.out.errors();
        let routes: Vec<Route> =
            nodes.iter().filter_map(|node| route(node, &places, known, to)).collect();
        twice(&routes, to.out);
        // Places must stay those of the file, so one that cannot be read leaves nothing to use.
        let queues = queues.into_iter().collect::<Option<Vec<Queue>>>()?;
        let pools = pools.into_iter().collect::<Option<Vec<Pool>>>()?;
        let routing = Self { routes, pools, queues };
        if to.types.is_gathering() {
            return None;
        }
        proof::circles(&routing, to.out);
        if to.out.errors() == before {
            let span = routes_span(nodes, node.span);
            proof::ends(&routing, known.team, span, to.budget, to.out);
        }
        Some(routing)
    }
}

fn routes_span(nodes: &[Node], whole: Span) -> Span {
    nodes.last().map_or(whole, |last| last.span)
}

struct Places<'a> {
    pools: BTreeMap<&'a str, usize>,
    queues: BTreeMap<&'a str, usize>,
}

type Named<'a> = Vec<(&'a Key, &'a Node)>;

fn named<'a>(node: Option<&'a Node>, kind: &'static str, out: &mut Diagnostics) -> Named<'a> {
    let Some(mut fields) = node.and_then(|node| node.map(out)) else { return Vec::new() };
    let rest = fields.rest();
    if rest.len() > POOLS_MAX {
        let says = format!("a strategy has at most {POOLS_MAX} of these");
        out.push(Diagnostic::error("strategy-too-large", fields.span(), says));
        return Vec::new();
    }
    for (key, _) in &rest {
        out.give(kind, &key.text, key.span);
    }
    rest
}

fn places<'a>(named: &Named<'a>) -> BTreeMap<&'a str, usize> {
    named.iter().enumerate().map(|(at, (key, _))| (key.text.as_str(), at)).collect()
}

fn route(
    node: &Node,
    places: &Places<'_>,
    known: &RouteNames<'_>,
    to: &mut Compile<'_>,
) -> Option<Route> {
    let mut fields = node.map(to.out)?;
    let name = fields.required("route", to.out);
    let when = fields.optional("when");
    let target_node = fields.required("to", to.out);
    fields.finish(to.out);
    let name = name.and_then(|node| Some(Spanned::new(node.text(to.out)?.to_owned(), node.span)));
    let when = when.map(|when| Condition::read(when, Context::Route, to));
    let to = target(target_node?, places, known, to);
    let when = match when {
        Some(read) => Some(read?),
        None => None,
    };
    Some(Route { name: name?, when, to: to?, span: node.span })
}

fn target(
    node: &Node,
    places: &Places<'_>,
    known: &RouteNames<'_>,
    to: &mut Compile<'_>,
) -> Option<Target> {
    const KINDS: [&str; 6] = ["hold", "person", "list", "pool", "territory", "queue"];
    let mut fields = node.map(to.out)?;
    let mut found: Vec<(&'static str, &Node)> = Vec::new();
    for kind in KINDS {
        found.extend(fields.optional(kind).map(|node| (kind, node)));
    }
    let by = fields.optional("by");
    let before = to.out.errors();
    fields.finish(to.out);
    let [(kind, value)] = found[..] else {
        // A key that is not known was probably meant to say where.
        if found.is_empty() && to.out.errors() > before {
            return None;
        }
        let says = "a route leads to exactly one place";
        let help = format!("name one of {}", KINDS.join(", "));
        to.out.push(Diagnostic::error("route-target", node.span, says).help(help));
        return None;
    };
    if let Some(by) = by.filter(|_| !matches!(kind, "list" | "person")) {
        let says = "`by` belongs to a `list` or a `person`";
        to.out.push(Diagnostic::error("unknown-key", by.span, says));
    }
    match kind {
        "hold" => Some(Target::Hold(value.text(to.out)?.to_owned())),
        "person" => {
            let id = Expression::read(value, Type::Text, Context::Route, to)?;
            let link = match by {
                Some(by) => link_by(by, to)?,
                None => link_of(&id),
            };
            Some(Target::Person { id, link })
        }
        "list" => {
            let file = file(value, "named_accounts.csv", known.named_accounts, to.out)?;
            let Some(by) = by else {
                let help = "write `by: account.domain`";
                let says = "a list is looked up by something";
                to.out.push(Diagnostic::error("missing-key", node.span, says).help(help));
                return None;
            };
            let by = Expression::read(by, Type::Text, Context::Route, to)?;
            let link = link_of(&by);
            Some(Target::List { file, by, link })
        }
        "territory" => {
            let file = file(value, "territories.csv", known.territories, to.out)?;
            Some(Target::Territory { file })
        }
        "pool" => place(value, "pool", &places.pools, to.out).map(Target::Pool),
        _ => place(value, "queue", &places.queues, to.out).map(Target::Queue),
    }
}

/// What leads to an account's owner asks who belongs to the account, unless it says that a claim will do.
fn link_of(expression: &Expression) -> Link {
    let names = expression.names();
    let claimed = names.iter().any(|name| matches!(name, Name::Claimed(_)));
    if !names.iter().any(|name| name.root() == Root::Account) {
        Link::Unasked
    } else if claimed {
        Link::Claimed
    } else {
        Link::Verified
    }
}

/// What `by` says of a person's link to the account.
fn link_by(by: &Node, to: &mut Compile<'_>) -> Option<Link> {
    let read = Expression::read(by, Type::Text, Context::Route, to)?;
    let domain = ClaimName::Account("domain".into());
    match &read.names()[..] {
        [name] if *name == domain.name() => Some(Link::Verified),
        [Name::Claimed(name)] if *name == domain => Some(Link::Claimed),
        _ => {
            let says = "`by` says how the person is known to belong to the account";
            let help = "write `by: account.domain` or `by: claimed(account.domain)`";
            to.out.push(Diagnostic::error("route-target", by.span, says).help(help));
            None
        }
    }
}

fn file(node: &Node, only: &str, there: bool, out: &mut Diagnostics) -> Option<String> {
    let name = node.text(out)?;
    if name != only {
        let says = format!("`{name}` is no file that this reads");
        out.push(
            Diagnostic::error("file-missing", node.span, says).help(format!("write `{only}`")),
        );
        return None;
    }
    if !there {
        let says = format!("there is no file `{only}`");
        let told = Diagnostic::error("file-missing", node.span, says).help("add it to the folder");
        out.push(told.missing("file", only));
        return None;
    }
    Some(name.to_owned())
}

fn place(
    node: &Node,
    what: &'static str,
    known: &BTreeMap<&str, usize>,
    out: &mut Diagnostics,
) -> Option<usize> {
    place_of(node.text(out)?, node.span, what, known, out)
}

fn place_of(
    name: &str,
    span: Span,
    what: &'static str,
    known: &BTreeMap<&str, usize>,
    out: &mut Diagnostics,
) -> Option<usize> {
    let place = known.get(name).copied();
    if place.is_some() {
        out.mark_used(what, name);
    } else {
        let says = format!("there is no {what} `{name}`");
        let code = if what == "pool" { "pool-unknown" } else { "queue-unknown" };
        let help = match nearest(name, known.keys().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("add it to `{what}s` in routing.yaml"),
        };
        out.push(Diagnostic::error(code, span, says).help(help).missing(what, name));
    }
    place
}

/// A route's name tells it apart in reasons.
fn twice(routes: &[Route], out: &mut Diagnostics) {
    let mut seen = BTreeMap::new();
    for route in routes {
        let first = *seen.entry(&route.name.value).or_insert(route.name.span);
        if first != route.name.span {
            let says = format!("two routes are called `{}`", route.name.value);
            let help = "give each a name of its own: reasons tell routes apart by it";
            let told = Diagnostic::error("name-twice", route.name.span, says).help(help);
            out.push(told.elsewhere(first, "the first of this name"));
        }
    }
}

fn queue(key: &Key, node: &Node, known: &RouteNames<'_>, out: &mut Diagnostics) -> Option<Queue> {
    let mut fields = node.map(out)?;
    let owner = fields.required("owner", out);
    let within = fields.required("within", out);
    let alarm = fields.optional("alarm").map_or(Some(false), |node| node.boolean(out));
    fields.finish(out);
    let owner = owner?;
    let id = owner.text(out)?;
    out.mark_used("member", id);
    if let Some(team) = known.team
        && team.member(id).is_none()
    {
        let says = format!("`{id}` is not in team.csv");
        let ids = team.members.iter().map(|member| member.id.0.as_str());
        let add = "write the id of somebody in team.csv, who answers for the queue";
        let near = nearest(id, ids).map(|near| format!("did you mean `{near}`?"));
        let help = near.unwrap_or_else(|| add.to_owned());
        let told = Diagnostic::error("member-unknown", owner.span, says).help(help);
        out.push(told.missing("member", id));
    }
    let within = crate::reading::duration(within?, out)?.value;
    let (name, owner) = (QueueName(key.text.clone()), MemberId(id.into()));
    Some(Queue { name, owner, within, alarm: alarm?, span: key.span })
}

fn pool(
    key: &Key,
    node: &Node,
    places: &Places<'_>,
    known: &RouteNames<'_>,
    to: &mut Compile<'_>,
) -> Option<Pool> {
    let mut fields = node.map(to.out)?;
    let members = fields.required("members", to.out);
    let method =
        fields.optional("method").map_or(Some(Method::InTurn), |node| method(node, to.out));
    let caps = fields.optional("caps").map_or(Some(Caps::default()), |node| caps(node, to.out));
    let away = otherwise(&mut fields, "all_away", Otherwise::Hold, places, to.out);
    let capped = otherwise(&mut fields, "all_capped", Otherwise::NextRoute, places, to.out);
    let offer = match fields.optional("offer") {
        Some(node) => offer(node, places, to.out),
        None => Some(Unanswered::NextMember),
    };
    fields.finish(to.out);
    let mut names = Names::default();
    let before = to.out.errors();
    let members = {
        let mut apart = Compile {
            names: &mut names,
            sources: to.sources,
            lists: to.lists,
            types: to.types,
            budget: to.budget,
            out: to.out,
        };
        Condition::read(members?, Context::Pool, &mut apart)?
    };
    let mut pool = Pool {
        name: Spanned::new(key.text.clone(), key.span),
        members,
        fixed: None,
        method: method?,
        caps: caps?,
        all_away: away?,
        all_capped: capped?,
        offer: offer?,
        span: key.span,
    };
    // Of a condition that is wrong nobody need be told that it finds nobody.
    if let Some(team) = known.team
        && to.out.errors() == before
        && !to.types.is_gathering()
    {
        pool.fix(team);
        proof::empty(&pool, team, to.out);
    }
    Some(pool)
}

fn method(node: &Node, out: &mut Diagnostics) -> Option<Method> {
    const METHODS: [Method; 3] = [Method::InTurn, Method::Weighted, Method::LeastOpenWork];
    let text = node.text(out)?;
    let found = METHODS.into_iter().find(|method| method.as_str() == text);
    if found.is_none() {
        let says = format!("the method `{text}` is not known");
        let help = match nearest(text, METHODS.map(Method::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write `in turn`, `weighted` or `least open work`".to_owned(),
        };
        out.push(Diagnostic::error("method-unknown", node.span, says).help(help));
    }
    found
}

fn caps(node: &Node, out: &mut Diagnostics) -> Option<Caps> {
    let mut fields = node.map(out)?;
    let mut caps = Caps::default();
    for (name, cap) in [
        ("hour", &mut caps.hour),
        ("day", &mut caps.day),
        ("week", &mut caps.week),
        ("month", &mut caps.month),
        ("open", &mut caps.open),
    ] {
        let Some(node) = fields.optional(name) else { continue };
        match node.integer(out) {
            Some(count) if (1..=CAP_MAX).contains(&count) => *cap = Some(count as u32),
            Some(_) => {
                let says = format!("a cap is from 1 to {CAP_MAX}");
                let help =
                    "take whoever is to get nothing out of the pool: a condition in `members`";
                out.push(Diagnostic::error("cap-range", node.span, says).help(help));
            }
            None => {}
        }
    }
    fields.finish(out);
    Some(caps)
}

fn otherwise(
    fields: &mut Fields<'_>,
    key: &'static str,
    silent: Otherwise,
    places: &Places<'_>,
    out: &mut Diagnostics,
) -> Option<Otherwise> {
    let Some(node) = fields.optional(key) else { return Some(silent) };
    let text = node.text(out)?;
    match (text, text.strip_prefix("pool ")) {
        ("hold", _) => Some(Otherwise::Hold),
        ("next route", _) => Some(Otherwise::NextRoute),
        ("ignore hours", _) if key == "all_away" => Some(Otherwise::IgnoreHours),
        (_, Some(name)) => {
            place_of(name, node.span, "pool", &places.pools, out).map(Otherwise::Pool)
        }
        _ => {
            let says = format!("`{text}` is nothing that can happen then");
            let hours = if key == "all_away" { ", `ignore hours`" } else { "" };
            let help = format!("write `hold`, `next route`{hours} or `pool NAME`");
            out.push(Diagnostic::error("policy-unknown", node.span, says).help(help));
            None
        }
    }
}

fn offer(node: &Node, places: &Places<'_>, out: &mut Diagnostics) -> Option<Unanswered> {
    let mut fields = node.map(out)?;
    let then = fields.required("then", out);
    fields.finish(out);
    let then = then?;
    let text = then.text(out)?;
    match (text, text.strip_prefix("queue ")) {
        ("next member", _) => Some(Unanswered::NextMember),
        ("stay", _) => Some(Unanswered::Stay),
        (_, Some(name)) => {
            place_of(name, then.span, "queue", &places.queues, out).map(Unanswered::Queue)
        }
        _ => {
            let says = format!("`{text}` is nothing that can happen then");
            let help = "write `next member`, `stay` or `queue NAME`";
            out.push(Diagnostic::error("policy-unknown", then.span, says).help(help));
            None
        }
    }
}
