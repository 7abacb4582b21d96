//! `GET /team`: who has how much, who is away, what is late, and who waits.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use counts::{Dimension, Group, Measure, Period};
use domain::Moment;
use engine::desk::Desk;
use pages::Href;
use pages::parts::{Door, ShareView, Tab};
use pages::pulse::NeedView;
use pages::team::{AwayView, LineView, TeamMember, TeamView};

use super::desk::{is_free, most_open, now_in_words};
use super::moments;
use super::pulse::{ACCEPTED, Doors, Needs, behind};
use super::shell::{Here, Page};
use crate::auth::action::Action;
use crate::faces::api::app::App;
use crate::faces::api::counted_query::{By, CountedQuery};
use crate::faces::api::counts::{followed, grouped, seen_by};
use crate::faces::api::problem::Problem;
use crate::faces::api::query::{Query, escape_query};
use crate::faces::api::reading;
use crate::faces::api::signed_in::SignedIn;
use crate::runtime::clock;
use crate::runtime::readers::Reading;
use crate::service::figures::Lag;
use crate::service::read::Access;
use crate::service::read::team::MemberStanding;
use crate::service::teams::Teams;

/// The word for all teams: whoever leads one begins with their own.
const ALL: &str = "all";
/// Days of the shares.
const DAYS: i64 = 30;

/// Shows it: the reader's own team, another one, or all.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reader: SignedIn,
    request: Request,
) -> Result<Response, Problem> {
    let query = Query::of_page(request.uri(), &["team"])?;
    let asked = query.text("team")?;
    reader.require(Action::ReadTeam)?;
    let now = clock::now();
    let lag = followed(&app).await?;
    let everything = seen_by(&app, &reader.caller(), CountedQuery::everything()).await?;
    let found = reading::read(&app, Reading::Fold, Access::of(&reader.caller()), move |service| {
        Ok((service.team(now)?.unwrap_or_default(), service.desk()?))
    });
    let (members, desk) = found.await?;
    let teams = Teams::of(app.shared.strategy().as_deref());
    let own = reader.member.clone().filter(|member| !teams.members(member).is_empty());
    let team = match asked.as_deref() {
        Some(ALL) => None,
        Some(team) => Some(team.to_owned()),
        None => own,
    };
    let view = {
        let counts = app.figures.read();
        let figures = Doors { counts: &counts, teams: &teams, asked: &everything, now };
        Shown { figures, team: team.as_deref(), desk: &desk }.view(&members, lag)
    };
    let page = Page::for_reader(&app, &reader, Here::Team);
    Ok(page.show(&app, &view.title, &pages::team::page(&view)).await)
}

/// What is shown, of which team.
struct Shown<'a> {
    figures: Doors<'a>,
    team: Option<&'a str>,
    desk: &'a Desk,
}

impl Shown<'_> {
    fn view(&self, members: &[MemberStanding], lag: Lag) -> TeamView {
        let teams = self.figures.teams;
        let in_team = |member: &&MemberStanding| {
            self.team.is_none_or(|team| teams.members(team).contains(&member.member))
        };
        let tabs = self.tabs(members);
        let members: Vec<&MemberStanding> = members.iter().filter(in_team).collect();
        let free = members.iter().filter(|member| is_free(member, None)).count() as u64;
        let recent = self.figures.asked.over(DAYS, self.figures.now);
        let recent = self.figures.of(&recent);
        let (period, before) =
            (by_member(&recent, recent.asked.period), by_member(&recent, recent.asked.before));
        let of = |groups: &BTreeMap<String, Group>, member: &MemberStanding| {
            groups.get(&member.member).copied().unwrap_or_default()
        };
        let one = |member: &&MemberStanding| {
            self.member(member, &recent, (&of(&period, member), &of(&before, member)))
        };
        let mut shown: Vec<TeamMember> = members.iter().map(one).collect();
        let away = members.iter().zip(&shown);
        let away = away.filter_map(|(member, shown)| self.away(member, &shown.open.0)).collect();
        let lines = self.lines(&members);
        shown.sort_by_key(|member| {
            (std::cmp::Reverse(member.late.count), std::cmp::Reverse(member.open.0.count))
        });
        let count = pages::text::count(members.len() as u64, "member", "members");
        TeamView {
            title: self.team.map_or_else(|| "All teams".to_owned(), |team| teams.called(team)),
            says: format!("{count}, {free} can take a lead now. Times are in UTC."),
            behind: behind(lag),
            teams: tabs,
            needs: self.needs(lines.iter().map(|line| line.count).sum()),
            lines,
            away,
            accepted: self.accepted(&recent),
            members: shown,
        }
    }

    /// What all of them accepted, of what they were offered.
    fn accepted(&self, recent: &Doors<'_>) -> ShareView {
        let asked = match self.team {
            Some(team) => recent.asked.with(By::Team, team),
            None => recent.asked.clone(),
        };
        let theirs = recent.of(&asked);
        theirs.share(ACCEPTED, &theirs.group(asked.period), &theirs.group(asked.before))
    }

    /// All of them, and each team that somebody is in who is shown to the reader.
    fn tabs(&self, members: &[MemberStanding]) -> Vec<Tab> {
        let teams = self.figures.teams;
        let one = |team: &str| Tab {
            name: teams.called(team),
            href: Href::to(format!("/team?team={}", escape_query(team))),
            here: self.team == Some(team),
        };
        let is_shown =
            |team: &&str| members.iter().any(|member| teams.team(&member.member) == Some(*team));
        let mut tabs: Vec<Tab> = teams.all().filter(is_shown).map(one).collect();
        let href = Href::to(format!("/team?team={ALL}"));
        tabs.insert(0, Tab { name: "All teams".to_owned(), href, here: self.team.is_none() });
        tabs
    }

    /// A member, with what they had accepted of late and before.
    fn member(
        &self,
        member: &MemberStanding,
        recent: &Doors<'_>,
        (period, before): (&Group, &Group),
    ) -> TeamMember {
        let Doors { teams, now, .. } = self.figures;
        let held = self.figures.asked.held_by(&member.member);
        let held = self.figures.of(&held);
        let group = held.group(held.asked.period);
        let door = |measure| held.door(measure, group.of(measure));
        let theirs = recent.asked.with(By::Of(Dimension::Member), &member.member);
        let (word, tone, until) = now_in_words(member, None);
        TeamMember {
            name: member.name.clone(),
            team: teams.team(&member.member).map(|team| teams.called(team)).unwrap_or_default(),
            now: (word, tone),
            until: until.map(|until| until_in_words(until, now)).unwrap_or_default(),
            open: (door(Measure::Open), most_open(member, None)),
            caps: caps(member),
            waiting: door(Measure::Waiting),
            late: door(Measure::BreachedOpen),
            escalated: door(Measure::EscalatedOpen),
            stalled: door(Measure::Stalled),
            accepted: recent.of(&theirs).share(ACCEPTED, period, before),
        }
    }

    fn needs(&self, waiting: u64) -> Vec<NeedView> {
        let asked = match self.team {
            Some(team) => self.figures.asked.with(By::Team, team),
            None => self.figures.asked.clone(),
        };
        let of_team = self.figures.of(&asked);
        let group = of_team.group(asked.period);
        let mut needs = Needs::default();
        needs.breached(&of_team, &group);
        needs.stalled(&of_team, &group);
        needs.in_review(&of_team);
        needs.in_line(waiting);
        needs.found()
    }

    /// The lines of the pools that one of these belongs to.
    fn lines(&self, members: &[&MemberStanding]) -> Vec<LineView> {
        let theirs = |pool: &str| {
            members.iter().any(|member| member.pools.iter().any(|one| one.pool == pool))
        };
        let line = |(pool, line): (&str, &engine::desk::Line)| {
            let (first, _) = line.places().next()?;
            Some(LineView {
                pool: pool.to_owned(),
                href: Href::to(format!("/desk?pool={}", escape_query(pool))),
                count: line.places().count() as u64,
                since: moments::when(first.since, self.figures.now),
            })
        };
        self.desk.lines().filter(|(pool, _)| theirs(pool)).filter_map(line).collect()
    }

    fn away(&self, member: &MemberStanding, open: &Door) -> Option<AwayView> {
        let why = member.away?;
        Some(AwayView {
            name: member.name.clone(),
            why: why.replace('-', " "),
            until: member.until.map(|until| moments::when(until, self.figures.now)),
            open: open.clone(),
        })
    }
}

/// What became of the handoffs of each member in a period.
fn by_member(of: &Doors<'_>, period: Period) -> BTreeMap<String, Group> {
    grouped(of.counts, of.teams, By::Of(Dimension::Member), of.asked, period, of.now)
}

fn until_in_words(until: Moment, now: Moment) -> String {
    format!("until {}", moments::when(until, now).short)
}

/// The caps of a member that are not of open work: `day 6, week 20`. Of several pools the widest.
fn caps(member: &MemberStanding) -> String {
    let cap = |name: &str| {
        let most = member.pools.iter().filter_map(|pool| pool.caps[name].as_u64()).max()?;
        Some(format!("{name} {most}"))
    };
    let all: Vec<String> = ["hour", "day", "week", "month"].into_iter().filter_map(cap).collect();
    if all.is_empty() { String::new() } else { format!("at most a {}", all.join(", a ")) }
}
