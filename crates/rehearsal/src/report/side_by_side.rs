//! The figures of two rehearsals of the same history, beside each other.

use super::words::{count, time};
use crate::history::result::LeadResult;
use crate::history::summary::{RepShare, Summary};

/// What a row is called, the figure under the strategy that is rehearsed, and the one under the other.
pub type Row = [String; 3];

/// Results, load, fairness and deadlines; results to which no lead came on either side are left out.
pub fn figures(here: &Summary, there: &Summary) -> Vec<Row> {
    let row = |name: &str, figure: &dyn Fn(&Summary) -> String| -> Row {
        [name.to_owned(), figure(here), figure(there)]
    };
    let leads = |result: LeadResult| move |summary: &Summary| summary.results[&result];
    let mut rows = Vec::new();
    for result in LeadResult::ALL {
        let leads = leads(result);
        if leads(here) + leads(there) > 0 {
            rows.push(row(result.as_str(), &|summary| count(leads(summary))));
        }
    }
    rows.push(row("in queues", &|summary| count(summary.queues.values().sum())));
    rows.push(row("load per rep", &load));
    rows.push(row("reps with nothing", &|summary| {
        count(summary.reps.values().filter(|rep| rep.leads == 0).count() as u64)
    }));
    rows.push(row("most in hand of a rep", &|summary| most(summary, |rep| rep.open_most.into())));
    rows.push(row("largest drift, leads", &|summary| format!("{:.2}", summary.largest_drift)));
    rows.push(row("SLA breaches", &|summary| count(summary.sla.breaches)));
    rows.push(row("  not accepted in time", &|summary| count(summary.sla.accept)));
    rows.push(row("  nobody in touch in time", &|summary| count(summary.sla.first_touch)));
    rows.push(row("  too long in a queue", &|summary| count(summary.sla.queue)));
    let told = |ms: Option<i64>| ms.map_or_else(|| "none".to_owned(), time);
    rows.push(row("time to route, p50", &|summary| told(summary.time_to_route_ms.p50)));
    rows.push(row("time to route, p90", &|summary| told(summary.time_to_route_ms.p90)));
    rows.push(row("time to route, p99", &|summary| told(summary.time_to_route_ms.p99)));
    rows
}

fn load(summary: &Summary) -> String {
    let leads = || summary.reps.values().map(|rep| rep.leads);
    match (leads().min(), leads().max()) {
        (Some(least), Some(most)) => format!("{} to {}", count(least), count(most)),
        _ => "none".to_owned(),
    }
}

fn most(summary: &Summary, of: impl Fn(&RepShare) -> u64) -> String {
    count(summary.reps.values().map(of).max().unwrap_or(0))
}
