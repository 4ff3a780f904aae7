//! The bare page: fifty deals of an organisation by keyset, and nothing else.

use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    http::StatusCode,
    response::Html,
    routing::get,
};
use partner_portal::{
    db::{self, Pool},
    referrals::cursor::Cursor,
};
use serde::Deserialize;
use tower_http::compression::CompressionLayer;

use crate::{ORGANISATION, Outcome, POOL};

#[derive(sqlx::FromRow)]
struct Line {
    referral_id: uuid::Uuid,
    name: String,
    customer_name: String,
    status: String,
    value: Option<rust_decimal::Decimal>,
    currency: Option<String>,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Deals</title></head><body><h1>Deals</h1><ul>
{% for line in lines %}<li><a href="/deals/{{ line.referral_id }}"><b>{{ line.name }}</b><span>{{ line.status }}</span><span>{{ line.customer_name }}</span><span>{% if let Some(value) = line.value %}{{ value }} {% endif %}{% if let Some(currency) = line.currency %}{{ currency }}{% endif %}</span></a></li>
{% endfor %}</ul></body></html>"#
)]
struct Page {
    lines: Vec<Line>,
}

#[derive(Deserialize)]
struct Asked {
    after: Option<String>,
}

const FIRST: &str = "select r.referral_id, r.name, r.customer_name, r.status, r.value, r.currency
    from referrals r
    where r.organisation_id = $1 and r.kind = 'deal' and r.direction = 'outbound' and r.deal_id is not null
    order by r.created_at desc, r.referral_id desc limit 50";
const NEXT: &str = "select r.referral_id, r.name, r.customer_name, r.status, r.value, r.currency
    from referrals r
    where r.organisation_id = $1 and r.kind = 'deal' and r.direction = 'outbound' and r.deal_id is not null and (r.created_at, r.referral_id) < ($2, $3)
    order by r.created_at desc, r.referral_id desc limit 50";

async fn page(State(pool): State<Pool>, Query(asked): Query<Asked>) -> Result<Html<String>, StatusCode> {
    let query = match asked.after.as_deref().map(str::parse::<Cursor>) {
        None => sqlx::query_as(FIRST).bind(ORGANISATION),
        Some(Ok(cursor)) => sqlx::query_as(NEXT).bind(ORGANISATION).bind(cursor.at).bind(cursor.id.0),
        Some(Err(_)) => return Err(StatusCode::BAD_REQUEST),
    };
    let lines = query.fetch_all(&pool).await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Page { lines }.render().map(Html).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

/// Serves until it is ended.
pub async fn serve(listen: &str, database: &str) -> Outcome<()> {
    let pool = db::open(database, POOL).await?;
    let router = Router::new()
        .route("/", get(page))
        .layer(CompressionLayer::new())
        .with_state(pool);
    axum_server::bind(listen.parse::<std::net::SocketAddr>()?)
        .serve(router.into_make_service())
        .await?;
    Ok(())
}
