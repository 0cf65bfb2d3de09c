//! Audits of many organisations as jobs of a queue in Postgres, carried by two workers.
//!
//! `examples/queue/run` starts a Postgres of its own in a temporary folder and this program on it, which
//! puts up a fake provider, enqueues an audit for each of its organisations, kills one of two workers in
//! mid-job, and checks that nothing was lost and nothing done twice.

mod check;
mod worker;

pub type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let database = std::env::var("DATABASE_URL")?;
    match (arguments.next().as_deref(), arguments.next()) {
        (Some("check"), option) => {
            check::check(&database, option.as_deref() == Some("--forget")).await
        }
        (Some("work"), Some(name)) => worker::work(&database, &name).await,
        _ => Err("usage: check [--forget] | work NAME".into()),
    }
}
