//! Reading `team.csv` and `leave.csv`.

use std::collections::BTreeMap;

use domain::handoff::MemberId;
use domain::{Fields, Value};
use notation::{Cell, Csv, Diagnostic, Diagnostics, FileId, Sources, Span, Spanned, nearest};
use rust_decimal::Decimal;

use super::{Column, ColumnKind, Leave, Member, Team};
use crate::columns::{Columns, several};

/// Members of a team.
const MEMBERS_MAX: usize = 10_000;
/// Characters of an id.
const ID_MAX: usize = 100;
/// The largest weight, and how many places it may have behind the point.
const WEIGHT_MAX: u32 = 1_000;
const WEIGHT_SCALE_MAX: u32 = 4;
const KNOWN: [&str; 11] = [
    "name",
    "email",
    "manager",
    "successor",
    "region",
    "languages",
    "weight",
    "calendar",
    "joined",
    "left",
    "slack",
];

/// Reads the members; none where anything is wrong.
pub fn parse(sources: &Sources, file: FileId, out: &mut Diagnostics) -> Option<Team> {
    let before = out.errors();
    read(sources, file, out).filter(|_| out.errors() == before)
}

/// Reads the members as far as they can be read, so that one wrong cell hides nothing of the others.
pub(crate) fn read(sources: &Sources, file: FileId, out: &mut Diagnostics) -> Option<Team> {
    let csv = notation::parse_csv(sources, file, out)?;
    let columns = Columns::find(&csv, file, &["id"], &KNOWN, true, out)?;
    for cell in &csv.header {
        out.give("column", &cell.text, cell.span);
        if KNOWN.contains(&cell.text.as_str()) || cell.text == "id" {
            out.mark_used("column", &cell.text);
        }
    }
    if csv.rows.len() > MEMBERS_MAX {
        let says = format!("a team has at most {MEMBERS_MAX} members");
        out.push(Diagnostic::error("list-too-long", csv.rows[MEMBERS_MAX][0].span, says));
        return None;
    }
    let kinds = kinds(&csv, out);
    let mut team = Team { columns: kinds, ..Team::default() };
    for row in &csv.rows {
        let Some(member) = member(row, &columns, &team.columns, out) else { continue };
        let place = team.members.len();
        out.give("member", &member.id.0, member.span);
        let beside = format!("{} {}", member.name, member.email.as_deref().unwrap_or_default());
        if *member.name != *member.id.0 || member.email.is_some() {
            out.witness("member", &member.id.0, &beside);
        }
        if let Some(first) = team.places.insert(member.id.0.clone(), place) {
            let says = format!("the id `{}` is there already", member.id);
            let help = "give each member an id, and one row";
            let told = Diagnostic::error("member-twice", member.span, says).help(help);
            out.push(told.elsewhere(team.members[first].span, "the first of this id"));
        }
        team.members.push(member);
    }
    managers(&team, out);
    successors(&team, out);
    if columns.has("weight") {
        weights(&team, out);
    }
    mails(&csv, &columns, out);
    Some(team)
}

/// Tells of an address that two members have: what is sent to one of them reaches the other.
fn mails(csv: &Csv, columns: &Columns, out: &mut Diagnostics) {
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    for cell in csv.rows.iter().filter_map(|row| columns.cell(row, "email")) {
        let first = *seen.entry(cell.text.to_lowercase()).or_insert(cell.span);
        if first != cell.span {
            let says = "another member has this address, and is told what this one is told";
            let help = "give each member an address of their own, or leave the cell empty";
            let told = Diagnostic::warning("email-twice", cell.span, says).help(help);
            out.push(told.elsewhere(first, "the first of this address"));
        }
    }
}

/// What the cells of each column hold.
fn kinds(csv: &Csv, out: &mut Diagnostics) -> Vec<Column> {
    let kind = |place: usize, name: &str| match name {
        "languages" => ColumnKind::List,
        "weight" => ColumnKind::Number,
        _ if KNOWN.contains(&name) || name == "id" => ColumnKind::Text,
        _ => {
            let filled = || csv.rows.iter().map(|row| &row[place].text).filter(|t| !t.is_empty());
            let all = |is: fn(&str) -> bool| filled().next().is_some() && filled().all(|t| is(t));
            if all(|text| number(text).is_some()) {
                ColumnKind::Number
            } else if all(|text| matches!(text, "true" | "false")) {
                ColumnKind::Boolean
            } else {
                ColumnKind::Text
            }
        }
    };
    let mut columns = Vec::with_capacity(csv.header.len());
    for (place, cell) in csv.header.iter().enumerate() {
        if !is_name(&cell.text) {
            let says =
                "a column's name has small letters, digits and `_`, and begins with a letter";
            let help = "a skill's column is called `skill.NAME`";
            out.push(Diagnostic::error("column-name", cell.span, says).help(help));
        }
        let kind = kind(place, &cell.text);
        columns.push(Column { name: cell.text.clone(), kind, span: cell.span });
        if cell.text.starts_with("skill.") && kind != ColumnKind::Number {
            let odd = csv.rows.iter().map(|row| &row[place]);
            for cell in odd.filter(|cell| !cell.text.is_empty() && number(&cell.text).is_none()) {
                let says = "a skill is a number";
                let help = "leave the cell empty where somebody does not have it";
                out.push(Diagnostic::error("skill-unreadable", cell.span, says).help(help));
            }
        }
    }
    columns
}

/// The columns that the program itself reads.
pub(crate) fn known_columns() -> impl Iterator<Item = &'static str> {
    ["id"].into_iter().chain(KNOWN)
}

/// Whether the program itself reads a column, or it is a skill.
pub(crate) fn is_known(name: &str) -> bool {
    name == "id" || KNOWN.contains(&name) || name.starts_with("skill.")
}

fn is_name(name: &str) -> bool {
    let bare = name.strip_prefix("skill.").unwrap_or(name);
    bare.starts_with(|first: char| first.is_ascii_lowercase())
        && bare.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn member(
    row: &[Cell],
    columns: &Columns,
    kinds: &[Column],
    out: &mut Diagnostics,
) -> Option<Member> {
    let id = member_id(row, columns, out)?;
    let weight = weight(row, columns, out);
    let tenure = columns.validity(row, "joined", "left", out);
    let spanned = |name| {
        let cell = columns.cell(row, name);
        cell.map(|cell: &Cell| Spanned::new(cell.text.clone(), cell.span))
    };
    Some(Member {
        name: columns.text(row, "name").unwrap_or_else(|| id.value.clone()),
        email: columns.text(row, "email"),
        manager: spanned("manager"),
        successor: spanned("successor"),
        weight,
        calendar: spanned("calendar"),
        tenure,
        leave: Vec::new(),
        fields: fields(row, kinds),
        span: id.span,
        id: MemberId(id.value.into()),
    })
}

fn member_id(row: &[Cell], columns: &Columns, out: &mut Diagnostics) -> Option<Spanned<String>> {
    let Some(cell) = columns.cell(row, "id") else {
        let span = row.first().map_or(Span::default(), |cell| cell.span);
        out.push(Diagnostic::error("member-id", span, "the row has no id"));
        return None;
    };
    if cell.text.chars().count() > ID_MAX || cell.text.chars().any(char::is_control) {
        let says = format!("an id has at most {ID_MAX} characters, all of them visible");
        out.push(Diagnostic::error("member-id", cell.span, says));
        return None;
    }
    Some(Spanned::new(cell.text.clone(), cell.span))
}

fn weight(row: &[Cell], columns: &Columns, out: &mut Diagnostics) -> Decimal {
    let Some(cell) = columns.cell(row, "weight") else { return Decimal::ONE };
    let sound = number(&cell.text).filter(|weight| {
        (Decimal::ZERO..=Decimal::from(WEIGHT_MAX)).contains(weight)
            && weight.normalize().scale() <= WEIGHT_SCALE_MAX
    });
    sound.unwrap_or_else(|| {
        let says = format!("a weight is a number from 0 to {WEIGHT_MAX}");
        let help = "write it with a point, as in 0.5";
        out.push(Diagnostic::error("weight-range", cell.span, says).help(help));
        Decimal::ONE
    })
}

/// Every filled cell by the name of its column.
fn fields(row: &[Cell], kinds: &[Column]) -> Fields {
    let filled = row.iter().zip(kinds).filter(|(cell, _)| !cell.text.is_empty());
    filled.map(|(cell, column)| (column.name.clone(), value(&cell.text, column.kind))).collect()
}

fn value(text: &str, kind: ColumnKind) -> Value {
    match kind {
        ColumnKind::Boolean => Value::Boolean(text == "true"),
        ColumnKind::List => Value::List(several(text).map(Value::from).collect()),
        ColumnKind::Number => match (text.parse::<i64>(), number(text)) {
            (Ok(integer), _) => Value::Integer(integer),
            (Err(_), Some(decimal)) => Value::Decimal(decimal.normalize()),
            (Err(_), None) => Value::from(text),
        },
        ColumnKind::Text => Value::from(text),
    }
}

/// Plain digits with at most one point.
fn number(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.starts_with(|first: char| first.is_ascii_digit())
        && digits.ends_with(|last: char| last.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if plain { Decimal::from_str_exact(text).ok() } else { None }
}

/// Managers who are no members cannot be told; that may be meant.
fn managers(team: &Team, out: &mut Diagnostics) {
    let ids = team.ids();
    for manager in team.members.iter().filter_map(|member| member.manager.as_ref()) {
        if team.place(&manager.value).is_none() {
            let says = format!("the manager `{}` has no row here", manager.value);
            let help = nearest(&manager.value, ids.iter().copied())
                .map(|id| format!("did you mean `{id}`?"));
            let told = Diagnostic::warning("manager-unknown", manager.span, says);
            out.push(told.maybe_help(help).missing("member", &manager.value));
        } else {
            out.mark_used("member", &manager.value);
        }
    }
}

/// A successor takes over what somebody leaves behind, so it is somebody else, who is there then.
fn successors(team: &Team, out: &mut Diagnostics) {
    for member in &team.members {
        let Some(successor) = &member.successor else { continue };
        let Some(place) = team.place(&successor.value) else {
            let says = format!("the successor `{}` has no row here", successor.value);
            let near = nearest(&successor.value, team.ids());
            let help = near.map_or_else(
                || "write a member's id, or leave the cell empty".to_owned(),
                |id| format!("did you mean `{id}`?"),
            );
            let told = Diagnostic::error("member-unknown", successor.span, says).help(help);
            out.push(told.missing("member", &successor.value));
            continue;
        };
        out.mark_used("member", &successor.value);
        let other = &team.members[place];
        let leaves_first = match (member.tenure.until, other.tenure.until) {
            (Some(left), Some(before)) => before <= left,
            (_, None) | (None, Some(_)) => false,
        };
        let says = if other.id == member.id {
            format!("`{}` cannot take over from themselves", member.id)
        } else if leaves_first && other.successor.is_none() {
            format!(
                "`{}` leaves no later than `{}`, and can take nothing over",
                other.id, member.id
            )
        } else {
            continue;
        };
        let help =
            "name somebody who stays, or leave the cell empty: then the routes find somebody";
        out.push(Diagnostic::warning("successor-gone", successor.span, says).help(help));
    }
}

/// A weight that was forgotten among others counts 1, which is little beside 100.
fn weights(team: &Team, out: &mut Diagnostics) {
    for member in team.members.iter().filter(|member| member.field("weight").is_none()) {
        let says = format!("`{}` has no weight, which counts as 1", member.id);
        let help = "write the weight that is meant";
        out.push(Diagnostic::warning("weight-missing", member.span, says).help(help));
    }
}

/// Reads who is on leave, and writes it to the members.
pub fn parse_leave(
    sources: &Sources,
    file: FileId,
    team: &mut Team,
    out: &mut Diagnostics,
) -> Option<()> {
    let before = out.errors();
    let csv = notation::parse_csv(sources, file, out)?;
    let columns = Columns::find(&csv, file, &["id", "from"], &["until", "reason"], false, out)?;
    for row in &csv.rows {
        let Some(id) = member_id(row, &columns, out) else { continue };
        let days = columns.validity(row, "from", "until", out);
        if days.from.is_none() && columns.cell(row, "from").is_none() {
            out.push(Diagnostic::error("missing-key", id.span, "the row has no first day"));
        }
        let Some(place) = team.place(&id.value) else {
            let says = format!("`{}` is not in the team", id.value);
            let near = nearest(&id.value, team.ids());
            let help = near.map(|id| format!("did you mean `{id}`?"));
            let told = Diagnostic::error("member-unknown", id.span, says).maybe_help(help);
            out.push(told.missing("member", &id.value));
            continue;
        };
        out.mark_used("member", &id.value);
        let reason = columns.text(row, "reason");
        team.members[place].leave.push(Leave { days, reason });
    }
    for member in &mut team.members {
        member.leave.sort_by_key(|leave| (leave.days.from, leave.days.until));
    }
    (out.errors() == before).then_some(())
}
