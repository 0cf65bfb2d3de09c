//! The floor: a loop around reqwest that knows what to ask for and checks nothing.

use std::collections::VecDeque;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::world::PAGE;

#[derive(Deserialize)]
struct Wrapped {
    #[serde(rename = "totalCount")]
    total: usize,
}

#[derive(Deserialize)]
struct Parent {
    #[serde(alias = "_id")]
    id: String,
}

#[derive(Deserialize)]
struct Application {
    #[serde(rename = "_id")]
    id: String,
}

#[derive(Deserialize)]
struct Applications {
    results: Vec<Application>,
}

/// Reads every list of an organisation, at most so many pages at once.
pub async fn read(url: &str, kind: &str, at_once: usize) {
    let client = reqwest::Client::new();
    let mut queue: VecDeque<(String, usize)> = VecDeque::new();
    let lists: &[&str] = match kind {
        "lists" => &["/api/systems", "/api/systemusers"],
        "systems" => &["/api/systems"],
        _ => &[
            "/api/v2/usergroups",
            "/api/v2/systemgroups",
            "/api/applications",
            "/api/systems",
            "/api/systemusers",
        ],
    };
    queue.extend(lists.iter().map(|path| ((*path).to_owned(), 0)));
    let mut under_way = FuturesUnordered::new();
    loop {
        while under_way.len() < at_once {
            let Some((path, skip)) = queue.pop_front() else { break };
            let client = client.clone();
            let url = format!("{url}{path}?limit={PAGE}&sort=_id&skip={skip}");
            under_way.push(async move {
                let answer = client.get(url).send().await.expect("an answer");
                let total = answer.headers().get("x-total-count").cloned();
                let body = answer.bytes().await.expect("a body");
                (path, skip, total, body)
            });
        }
        let Some((path, skip, total, body)) = under_way.next().await else { break };
        if skip > 0 {
            continue;
        }
        let total = match total {
            Some(total) => crate::number(total.to_str().expect("digits")),
            None => serde_json::from_slice::<Wrapped>(&body).expect("a page").total,
        };
        queue.extend((PAGE..total).step_by(PAGE).map(|skip| (path.clone(), skip)));
        let mut children = |parents: Vec<String>, ends: &[&str]| {
            for parent in parents {
                queue.extend(ends.iter().map(|end| (format!("{path}/{parent}/{end}"), 0)));
            }
        };
        match path.as_str() {
            "/api/v2/usergroups" | "/api/v2/systemgroups" => {
                let parents: Vec<Parent> = serde_json::from_slice(&body).expect("groups");
                children(parents.into_iter().map(|parent| parent.id).collect(), &["membership"]);
            }
            "/api/applications" => {
                let page: Applications = serde_json::from_slice(&body).expect("applications");
                let parents = page.results.into_iter().map(|one| one.id);
                for parent in parents {
                    for end in ["users", "usergroups"] {
                        queue.push_back((format!("/api/v2/applications/{parent}/{end}"), 0));
                    }
                }
            }
            _ => drop(serde_json::from_slice::<IgnoredAny>(&body)),
        }
    }
}
