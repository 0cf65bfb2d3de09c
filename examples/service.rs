//! The SDK inside an axum service: a monitor reads and judges, the handlers show the latest result.
//!
//! `cargo run --example service` serves the demo organisation's standing, findings and report on a
//! free port of loopback, or at `LISTEN`; with `JUMPCLOUD_API_KEY` yours. Stop it with Ctrl-C.
//! Findings name people: put your own sign-in in front before others can reach it.

mod connect;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use futures::StreamExt as _;
use jiff::Timestamp;
use jumpcloud_client::collect::Plan;
use jumpcloud_client::monitor::{Event, Events, MemoryStore, Monitor, Schedule, Standing};
use jumpcloud_compliance::export::Report;
use jumpcloud_compliance::export::html::Page;
use jumpcloud_compliance::{Catalogue, Config, EffectiveStatus, Evaluation, Finding, evaluate};
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::sync::watch;

type Failure = Box<dyn std::error::Error>;

/// What every handler sees.
struct App {
    catalogue: Catalogue<'static>,
    config: Config,
    standing: watch::Sender<Standing>,
    latest: watch::Sender<Option<Arc<Evaluation>>>,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let (client, _fake) = connect::connect().await?;
    let app = Arc::new(App {
        catalogue: Catalogue::builtin()?,
        config: Config::default(),
        standing: watch::Sender::default(),
        latest: watch::Sender::default(),
    });
    let plan = Plan::for_inputs(app.catalogue.inputs_for(&app.config))?;
    let (handle, events) = Monitor::new(plan)
        .schedule(Schedule::every(Duration::from_secs(6 * 3600)))
        .store(MemoryStore::default())
        .start()
        .await?;
    handle.connect(client);

    let address = std::env::var("LISTEN").unwrap_or("127.0.0.1:0".into());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let server =
        axum::serve(listener, router(Arc::clone(&app))).with_graceful_shutdown(async move {
            if let Err(error) = tokio::signal::ctrl_c().await {
                eprintln!("stopping, as Ctrl-C cannot be heard: {error}");
            }
            handle.stop(); // after the sync under way
        });
    tokio::try_join!(async { Ok(server.await?) }, follow(events, &app))?;
    Ok(())
}

/// Takes the monitor's events: nothing is read while nobody follows.
async fn follow(mut events: Events, app: &Arc<App>) -> Result<(), Failure> {
    while let Some(event) = events.next().await {
        match event {
            Event::Standing(standing) => {
                app.standing.send_replace(standing);
            }
            Event::Synced(sync) => {
                let judge = Arc::clone(app);
                // Judging is work for the processor, so it leaves the handlers' threads alone.
                let evaluation = tokio::task::spawn_blocking(move || {
                    let App { catalogue, config, .. } = &*judge;
                    evaluate(catalogue, &sync.snapshot, config, Timestamp::now(), None)
                });
                app.latest.send_replace(Some(Arc::new(evaluation.await??)));
            }
            Event::NotSaved(error) => eprintln!("{error}"),
            _ => {}
        }
    }
    Ok(())
}

fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/health", get(health))
        .route("/findings", get(findings))
        .route("/report.html", get(report))
        .with_state(app)
}

/// The standing of the integration: its state, why, and when it reads next.
async fn health(State(app): State<Arc<App>>) -> Json<Standing> {
    Json(app.standing.borrow().clone())
}

/// What to show; a word that no status has is answered 400.
#[derive(Deserialize)]
struct Wanted {
    status: Option<EffectiveStatus>,
    rule: Option<String>,
}

async fn findings(State(app): State<Arc<App>>, Query(wanted): Query<Wanted>) -> Response {
    let Some(evaluation) = app.latest.borrow().clone() else { return not_yet() };
    let found: Vec<&Finding> = evaluation
        .findings
        .iter()
        .filter(|own| wanted.status.is_none_or(|status| own.effective_status == status))
        .filter(|own| wanted.rule.as_ref().is_none_or(|rule| own.rule_id == *rule))
        .collect();
    Json(found).into_response()
}

async fn report(State(app): State<Arc<App>>) -> Response {
    let Some(evaluation) = app.latest.borrow().clone() else { return not_yet() };
    let told = Report::new(&evaluation, &app.catalogue, &app.config)
        .map_err(|error| error.to_string())
        .and_then(|report| Page::new(&report).text().map_err(|error| error.to_string()));
    match told {
        Ok(page) => Html(page).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error).into_response(),
    }
}

/// Nothing was judged yet, which is not the same as no findings.
fn not_yet() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, "nothing was judged yet, see /health\n").into_response()
}
