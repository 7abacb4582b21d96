//! `GET /team`: who has how much, who is away, what is late, and who waits.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use counts::{Dimension, Group, Measure};
use domain::Moment;
use domain::handoff::State as Stage;
use engine::desk::Desk;
use pages::Href;
use pages::parts::{Tab, Tone};
use pages::pulse::NeedView;
use pages::team::{AwayView, LineView, TeamMember, TeamView};

use super::desk::{is_free, most_open, now_in_words};
use super::moments;
use super::pulse::{Doors, behind, door_of};
use super::shell::{Here, Page, sees_the_team};
use crate::faces::api::app::App;
use crate::faces::api::counted_query::{By, CountedQuery};
use crate::faces::api::counts::followed;
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
    let query = Query::of(request.uri(), &["team"])?;
    let asked = query.text("team")?;
    if !sees_the_team(reader.role) {
        return Err(Problem::nothing_here());
    }
    let now = clock::now();
    let lag = followed(&app).await?;
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
        let (counts, everything) = (app.figures.read(), CountedQuery::everything());
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
        let members: Vec<&MemberStanding> = members.iter().filter(in_team).collect();
        let free = members.iter().filter(|member| is_free(member, None)).count() as u64;
        let mut shown: Vec<TeamMember> = members.iter().map(|member| self.member(member)).collect();
        shown.sort_by_key(|member| {
            (std::cmp::Reverse(member.late.count), std::cmp::Reverse(member.open.0.count))
        });
        let count = pages::text::count(members.len() as u64, "member", "members");
        TeamView {
            title: self.team.map_or_else(|| "All teams".to_owned(), |team| teams.called(team)),
            says: format!("{count}, {free} can take a lead now. Times are in UTC."),
            behind: behind(lag),
            teams: self.tabs(),
            needs: self.needs(&members),
            lines: self.lines(&members),
            away: members.iter().filter_map(|member| self.away(member)).collect(),
            members: shown,
        }
    }

    fn tabs(&self) -> Vec<Tab> {
        let teams = self.figures.teams;
        let one = |team: &str| Tab {
            name: teams.called(team),
            href: Href::to(format!("/team?team={}", escape_query(team))),
            here: self.team == Some(team),
        };
        let mut tabs: Vec<Tab> = teams.all().map(one).collect();
        let href = Href::to(format!("/team?team={ALL}"));
        tabs.insert(0, Tab { name: "All teams".to_owned(), href, here: self.team.is_none() });
        tabs
    }

    fn group(&self, asked: &CountedQuery) -> Group {
        let Doors { counts, teams, now, .. } = self.figures;
        counts.group(&asked.filter(counts, teams, asked.period), now)
    }

    fn member(&self, member: &MemberStanding) -> TeamMember {
        let Doors { counts, teams, now, .. } = self.figures;
        let held = self.figures.asked.held_by(&member.member);
        let group = self.group(&held);
        let door = |measure| door_of(&held, measure, group.of(measure));
        let recent = CountedQuery::everything()
            .over(DAYS, now)
            .with(By::Of(Dimension::Member), &member.member);
        let of = |period| counts.group(&recent.filter(counts, teams, period), now);
        let share = (Measure::Accepted, Measure::Decided);
        let shares = Doors { asked: &recent, ..self.figures };
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
            accepted: shares.share(share, &of(recent.period), &of(recent.before)),
        }
    }

    fn needs(&self, members: &[&MemberStanding]) -> Vec<NeedView> {
        let asked = match self.team {
            Some(team) => self.figures.asked.with(By::Team, team),
            None => self.figures.asked.clone(),
        };
        let group = self.group(&asked);
        let review = asked.in_state(Stage::InReview);
        let waiting: u64 = self.lines(members).iter().map(|line| line.count).sum();
        let mut needs = Vec::new();
        let mut need = |count: u64,
                        word: &str,
                        tone,
                        says: &str,
                        href: Option<Href>,
                        verb: &str| {
            if let (true, Some(href)) = (count > 0, href) {
                let what = (format!("{} {word}", pages::text::thousands(count)), tone);
                needs.push(NeedView { what, says: says.to_owned(), href, verb: verb.to_owned() });
            }
        };
        for (measure, word, tone, says) in [
            (Measure::BreachedOpen, "breached", Tone::Bad, "still open after a target was missed"),
            (Measure::Stalled, "stalled", Tone::Look, "taken, and nothing happened for seven days"),
        ] {
            let href = door_of(&asked, measure, group.of(measure)).href;
            need(group.of(measure), word, tone, says, href, "Open");
        }
        let open = self.group(&review).of(Measure::Open);
        let href = door_of(&review, Measure::Open, open).href;
        need(open, "in review", Tone::Look, "a person is asked what is to be done", href, "Open");
        let says = "nobody of their pool is free";
        need(waiting, "in line", Tone::Look, says, Some(Href::to("/desk")), "Desk");
        needs
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

    fn away(&self, member: &MemberStanding) -> Option<AwayView> {
        let why = member.away?;
        let held = self.figures.asked.held_by(&member.member);
        let open = self.group(&held).of(Measure::Open);
        Some(AwayView {
            name: member.name.clone(),
            why: why.replace('-', " "),
            until: member.until.map(|until| moments::when(until, self.figures.now)),
            open: door_of(&held, Measure::Open, open),
        })
    }
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
