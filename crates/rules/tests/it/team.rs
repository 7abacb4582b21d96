//! The team as a spreadsheet leaves it.
#![expect(clippy::unwrap_used, reason = "a test stops where it is wrong")]

use domain::Value;
use jiff::civil::Date;
use notation::{Diagnostics, FileId, Sources};
use rules::canonical::Canonical;
use rules::team::{self, ColumnKind, Standing, Team};

use crate::written::{Written, folder};

const TEAM: &str = "\
id,name,email,manager,region,languages,weight,calendar,skill.energy,joined,left,level
a.ode,Ada Ode,ada@acme.test,r.okada,dach,de;en,100,berlin,3,2026-01-05,,senior
r.okada,Rin Okada,rin@acme.test,,emea,en,0.5,tokyo,,,2026-07-01,lead
";

#[track_caller]
fn read(text: &str) -> Written<Team> {
    folder(&[("team.csv", text)]).read(team::parse)
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

#[test]
fn members_are_read_with_every_column_that_conditions_can_use() {
    let team = read(TEAM).sound();
    let ada = team.member("a.ode").unwrap();
    assert_eq!((ada.name.as_str(), ada.email.as_deref()), ("Ada Ode", Some("ada@acme.test")));
    assert_eq!(ada.weight, 100.into());
    assert_eq!(ada.field("skill.energy"), Some(&Value::Integer(3)));
    assert_eq!(ada.field("level"), Some(&Value::from("senior")));
    assert_eq!(ada.field("languages").unwrap().to_string(), "de, en");
    let rin = team.member("r.okada").unwrap();
    assert_eq!(rin.field("skill.energy"), None, "an empty cell is unknown");
    assert_eq!(rin.weight.to_string(), "0.5");
    assert_eq!(team.column("skill.energy").unwrap().kind, ColumnKind::Number);
    assert_eq!(team.column("level").unwrap().kind, ColumnKind::Text);
    assert_eq!(team.column("languages").unwrap().kind, ColumnKind::List);
}

#[test]
fn the_first_day_is_in_and_the_last_is_out() {
    let team = read(TEAM).sound();
    let ada = team.member("a.ode").unwrap();
    assert_eq!(ada.standing(date("2026-01-04")), Standing::NotYetJoined);
    assert_eq!(ada.standing(date("2026-01-05")), Standing::Active);
    let rin = team.member("r.okada").unwrap();
    assert_eq!(rin.standing(date("2026-06-30")), Standing::Active);
    assert_eq!(rin.standing(date("2026-07-01")), Standing::Left);
}

#[test]
fn what_a_spreadsheet_mangles_is_diagnosed() {
    let row = |joined: &str| format!("id,joined\nada,{joined}\n");
    let check = |joined: &str, help: &str| {
        read(&row(joined)).refused("date-unreadable", joined, help);
    };
    check("1/2/2026", "2026-02-01");
    check("1/2/2026", "2026-01-02");
    check("31.01.2026", "2026-01-31");
    check("46023", "2026-01-01");
    check("2026-01-05 00:00:00", "2026-01-05");
    check("Jan 2026", "2026-12-24");
}

#[test]
fn what_no_team_may_say_is_refused() {
    let check = |text: &str, code: &str, at: &str, help: &str| read(text).refused(code, at, help);
    check("id,name\nada,Ada\nada,Ada\n", "member-twice", "ada", "");
    check("name\nAda\n", "missing-key", "name", "");
    check("id,name\n,Ada\n", "member-id", "", "");
    check("id,weight\nada,-1\n", "weight-range", "-1", "0.5");
    check("id,weight\nada,1000.1\n", "weight-range", "1000.1", "");
    check("id,weight\nada,\"0,5\"\n", "weight-range", "\"0,5\"", "0.5");
    check("id,weight\nada,0.00001\n", "weight-range", "0.00001", "");
    check("id,skill.energy\nada,high\n", "skill-unreadable", "high", "empty");
    check("id,Skill Energy\nada,1\n", "column-name", "Skill Energy", "skill.NAME");
    check("id,joined,left\nada,2026-02-01,2026-02-01\n", "dates-crossed", "2026-02-01", "");
}

#[test]
fn what_is_likely_a_mistake_is_told() {
    let warned = |text: &str| read(text).sound_with_warnings().1;
    assert_eq!(warned("id,manager\nada,bob\n"), ["manager-unknown"]);
    assert_eq!(warned("id,weight\nada,100\nbob,\n"), ["weight-missing"]);
}

#[test]
fn leave_is_written_to_the_members() {
    let mut sources = Sources::new();
    let files = [TEAM, "id,from,until,reason\na.ode,2026-08-03,2026-08-17,holiday\n"];
    for text in files {
        sources.add("file.csv", text.to_owned());
    }
    let mut out = Diagnostics::new();
    let mut team = team::parse(&sources, FileId(0), &mut out).unwrap();
    let bytes = |team: &Team| {
        let mut bytes = Vec::new();
        team.canonical(&mut bytes);
        bytes
    };
    let before = bytes(&team);
    team::parse_leave(&sources, FileId(1), &mut team, &mut out).unwrap();
    assert_ne!(bytes(&team), before);
    let ada = team.member("a.ode").unwrap();
    for (day, away) in
        [("2026-08-02", false), ("2026-08-03", true), ("2026-08-16", true), ("2026-08-17", false)]
    {
        assert_eq!(ada.on_leave(date(day)), away, "{day}");
    }
}

#[test]
fn leave_of_somebody_unknown_is_refused() {
    let mut sources = Sources::new();
    sources.add("team.csv", TEAM.to_owned());
    sources.add("leave.csv", "id,from\na.oda,2026-08-03\n".to_owned());
    let mut out = Diagnostics::new();
    let mut team = team::parse(&sources, FileId(0), &mut out).unwrap();
    assert_eq!(team::parse_leave(&sources, FileId(1), &mut team, &mut out), None);
    assert_eq!(out.list()[0].code, "member-unknown");
    assert_eq!(out.list()[0].help.as_deref(), Some("did you mean `a.ode`?"));
}

#[test]
fn a_seat_holds_what_the_row_of_a_member_names() {
    let team = "id,name,calendar,weight,from\na.keller,Anna,berlin,1.5,2026-01-05\nbea,Bea,,,2026-01-05\n\
                cy,Cy,berlin,0,\n";
    let team = team.replace(",from", ",joined");
    let strategy = crate::folder::folder().with("team.csv", team).strategy();
    let place = |id: &str| strategy.team.place(id).expect("a member");
    let seat = |id: &str| *strategy.roster.seat(place(id));
    let calendar = seat("a.keller").calendar.expect("has one");
    assert_eq!(strategy.roster.calendars()[calendar].name(), "berlin");
    assert_eq!((seat("bea").calendar, seat("cy").calendar), (None, Some(calendar)));
    assert_eq!([seat("a.keller").weight, seat("bea").weight, seat("cy").weight], [1_500, 1_000, 0]);
    let joined = |id: &str| seat(id).joined.map(|joined| joined.to_string());
    assert_eq!(joined("a.keller").as_deref(), Some("2026-01-04T23:00:00.000000Z"));
    assert_eq!(joined("bea").as_deref(), Some("2026-01-05T00:00:00.000000Z"));
    assert_eq!(joined("cy"), None);
}
