/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn/calibrate_json.h"

#include <math.h>

enum { BYTES = 8 << 20 };

/* What every part needs. */
struct print {
    struct json_out o;
    struct arena *a;
    struct report_id id;
    bool enough; /* of the whole: else no share is told */
};

static void put_number(struct print *p, const char *key, double v)
{
    fix f;

    json_key(&p->o, key);
    if (learn_fix(v, &f))
        json_put_fix(&p->o, f);
    else
        json_put_null(&p->o);
}

static void put_leads_as(struct print *p, const char *key, struct str bucket)
{
    char id[ID_TEXT_MAX];

    json_add_text(&p->o, key, str_print(p->a, "report=" STR_FMT "&bucket=" STR_FMT, STR_ARG(id_print(PREFIX_REPORT, p->id.v, id)), STR_ARG(bucket)));
}

static void put_leads(struct print *p, struct str bucket)
{
    put_leads_as(p, "leads", bucket);
}

/* {value, low, high} or null; ends past what can be told are null. */
static void put_figure(struct print *p, const char *key, struct sample_figure f)
{
    json_key(&p->o, key);
    if (isnan(f.value)) {
        json_put_null(&p->o);
        return;
    }
    json_begin(&p->o);
    put_number(p, "value", f.value);
    put_number(p, "low", f.low);
    put_number(p, "high", f.high);
    json_end(&p->o);
}

static void put_share(struct print *p, const char *key, const struct learn_share *s, struct str bucket)
{
    bool enough = p->enough && s->enough;

    json_key(&p->o, key);
    json_begin(&p->o);
    put_number(p, "value", enough ? s->share.value : NAN);
    put_number(p, "low", enough ? s->share.low : NAN);
    put_number(p, "high", enough ? s->share.high : NAN);
    json_add_int(&p->o, "n", s->n);
    json_add_int(&p->o, "won", s->won);
    json_add_int(&p->o, "young", s->young);
    json_add_int(&p->o, "leads_total", s->leads);
    json_add_bool(&p->o, "enough", enough);
    if (bucket.len)
        put_leads(p, bucket);
    json_end(&p->o);
}

static void put_bar(struct print *p, const struct learn_bar *b, bool any, struct str bucket)
{
    json_key(&p->o, "from");
    any ? json_put_int(&p->o, b->from) : json_put_null(&p->o);
    json_key(&p->o, "to");
    any ? json_put_int(&p->o, b->to) : json_put_null(&p->o);
    put_share(p, "share", &b->is, bucket);
    put_number(p, "expected", b->is.enough ? b->expected : NAN);
    put_number(p, "lift", b->is.enough ? b->lift : NAN);
}

static void put_bars(struct print *p, const struct learn_report *r)
{
    json_key(&p->o, "bands");
    json_list(&p->o);
    for (int b = BANDS - 1; b >= 0; b--) {
        json_begin(&p->o);
        json_add_text(&p->o, "band", str_of(band_names[b]));
        put_bar(p, &r->bands[b], r->bands[b].is.leads > 0, str_print(p->a, "band.%s", band_names[b]));
        json_end(&p->o);
    }
    json_list_end(&p->o);
    json_key(&p->o, "deciles");
    json_list(&p->o);
    for (size_t i = r->decile_count; i-- > 0;) {
        json_begin(&p->o);
        json_add_int(&p->o, "decile", (int64_t)i + 1);
        put_bar(p, &r->deciles[i], true, str_print(p->a, "decile.%d", (int)i + 1));
        json_end(&p->o);
    }
    json_list_end(&p->o);
}

static void put_curve(struct print *p, const char *key, const struct learn_report *r, bool precision)
{
    double won = (double)r->won, lost = (double)(r->n - r->won);

    json_key(&p->o, key);
    json_list(&p->o);
    for (size_t i = 0; i < r->step_count; i++) {
        double w = (double)r->steps[i].won, l = (double)r->steps[i].lost;

        json_begin(&p->o);
        put_number(p, "x", precision ? w / won : l / lost);
        put_number(p, "y", precision ? w / (w + l) : w / won);
        put_number(p, "score", r->steps[i].score);
        json_add_int(&p->o, "leads_total", r->step_leads[i]);
        json_add_int(&p->o, "n", r->steps[i].won + r->steps[i].lost);
        json_add_int(&p->o, "won", r->steps[i].won);
        put_leads(p, str_print(p->a, "top.%lld", (long long)r->step_leads[i]));
        json_end(&p->o);
    }
    json_list_end(&p->o);
}

static void put_curves(struct print *p, const struct learn_report *r)
{
    put_figure(p, "auc", r->auc);
    put_number(p, "average_precision", r->average_precision);
    put_number(p, "lift10", r->lift10.value);
    put_figure(p, "lift10_range", r->lift10);
    put_figure(p, "found20", r->found20);
    if (r->fifth_leads)
        put_leads_as(p, "found20_leads", str_print(p->a, "top.%lld", (long long)r->fifth_leads));
    put_number(p, "brier", r->brier);
    put_number(p, "ece", r->ece);
    put_curve(p, "roc", r, false);
    put_curve(p, "pr", r, true);
}

static void put_title(struct print *p, const struct learn_title *t)
{
    json_key(&p->o, "name");
    json_begin(&p->o);
    json_add_text(&p->o, "ru", t->ru.len ? t->ru : t->id);
    json_add_text(&p->o, "en", t->en.len ? t->en : t->id);
    json_end(&p->o);
}

static void put_criteria(struct print *p, const struct learn_report *r, const struct learn_title *titles, bool aged)
{
    json_key(&p->o, "criteria");
    json_list(&p->o);
    for (size_t i = 0; i < r->criterion_count; i++) {
        const struct learn_criterion *k = &r->criteria[i];
        struct str id = titles[k->criterion].id;
        bool shown = r->enough && k->enough, quiet = aged && titles[k->criterion].quiet;
        struct sample_figure none = { NAN, 0, 0 };

        json_begin(&p->o);
        json_add_text(&p->o, "criterion", id);
        put_title(p, &titles[k->criterion]);
        json_key(&p->o, "points");
        json_put_fix(&p->o, k->points);
        json_add_int(&p->o, "n", k->with.n);
        json_add_int(&p->o, "won", k->with.won);
        put_share(p, "with", &k->with, str_print(p->a, "criterion." STR_FMT, STR_ARG(id)));
        put_share(p, "without", &k->without, str_print(p->a, "!criterion." STR_FMT, STR_ARG(id)));
        put_figure(p, "difference", shown ? k->difference : none);
        put_figure(p, "lift", shown ? k->lift : none);
        put_figure(p, "adjusted", shown ? k->adjusted : none);
        json_add_text(&p->o, "direction", str_of(learn_direction_names[shown && !quiet ? k->direction : LEARN_UNCLEAR]));
        json_add_bool(&p->o, "enough", shown);
        json_add_bool(&p->o, "quiet", quiet);
        json_end(&p->o);
    }
    json_list_end(&p->o);
}

static void put_cohorts(struct print *p, const struct learn_drift *d)
{
    json_key(&p->o, "drift");
    json_begin(&p->o);
    json_add_bool(&p->o, "timeless", d->timeless);
    json_add_text(&p->o, "by", d->weeks ? STR("week") : STR("month"));
    json_key(&p->o, "items");
    json_list(&p->o);
    for (size_t i = 0; i < d->cohort_count; i++) {
        const struct learn_cohort *c = &d->cohorts[i];

        json_begin(&p->o);
        json_key(&p->o, "from");
        json_put_instant(&p->o, c->from);
        json_key(&p->o, "until");
        json_put_instant(&p->o, c->until);
        put_share(p, "share", &c->is, str_print(p->a, "cohort.%d", (int)i + 1));
        json_add_bool(&p->o, "maturing", c->maturing);
        json_add_bool(&p->o, "reference", c->reference);
        put_number(p, "psi", c->has_psi ? c->psi : NAN);
        put_number(p, "psi_source", c->has_psi ? c->psi_source : NAN);
        json_add_text(&p->o, "level", c->has_psi ? str_of(learn_level_names[c->level]) : STR_NULL);
        json_end(&p->o);
    }
    json_list_end(&p->o);
    json_end(&p->o);
}

static void put_sources(struct print *p, const struct learn_drift *d)
{
    json_key(&p->o, "by_source");
    json_list(&p->o);
    for (size_t i = 0; i < d->source_count; i++) {
        const struct learn_source *s = &d->sources[i];

        json_begin(&p->o);
        json_add_text(&p->o, "source", s->name.len ? s->name : STR_NULL);
        json_add_bool(&p->o, "rest", s->rest);
        put_share(p, "share", &s->is, str_print(p->a, "source.%d", (int)i + 1));
        put_figure(p, "auc", p->enough ? s->auc : (struct sample_figure){ NAN, 0, 0 });
        put_number(p, "mean", s->mean);
        json_end(&p->o);
    }
    json_list_end(&p->o);
}

static double part(int64_t of, int64_t all)
{
    return all ? (double)of / (double)all : NAN;
}

static void put_leaks(struct print *p, const struct learn_whole *w)
{
    json_key(&p->o, "leaks");
    json_list(&p->o);
    for (size_t i = 0; i < w->leak_count; i++) {
        const struct learn_leak *k = &w->leaks[i];

        json_begin(&p->o);
        json_add_text(&p->o, "fact", k->fact);
        json_add_text(&p->o, "why", str_of(learn_leak_names[k->why]));
        json_add_bool(&p->o, "used", w->leak_used[i]);
        json_add_int(&p->o, "n", (int64_t)k->of_count);
        put_number(p, "share_before", part(k->decided - k->after, k->decided));
        put_number(p, "share_after", part(k->after, k->decided));
        put_number(p, "share_later", part(k->later, k->handed));
        put_figure(p, "auc_alone", k->auc);
        put_share(p, "with", &k->with, STR_NULL);
        put_share(p, "without", &k->without, i < LEARN_LEAK_RESTS ? str_print(p->a, "leak.%d.rest", (int)i + 1) : STR_NULL);
        put_leads(p, str_print(p->a, "leak.%d", (int)i + 1));
        json_end(&p->o);
    }
    json_list_end(&p->o);
}

static void put_files(struct print *p, const struct learn_whole *w)
{
    json_key(&p->o, "files");
    json_list(&p->o);
    for (size_t i = 0; i < w->file_count; i++) {
        const struct learn_leak_file *f = &w->files[i];

        json_begin(&p->o);
        json_key(&p->o, "import");
        json_put_id(&p->o, PREFIX_IMPORT, f->brought);
        json_add_text(&p->o, "name", w->file_names[i].len ? w->file_names[i] : STR_NULL);
        json_key(&p->o, "facts");
        json_list(&p->o);
        for (size_t k = 0; k < f->fact_count; k++)
            json_put_text(&p->o, f->facts[k]);
        json_list_end(&p->o);
        put_share(p, "with", &f->with, str_print(p->a, "file.%d", (int)i + 1));
        put_share(p, "without", &f->without, str_print(p->a, "file.%d.rest", (int)i + 1));
        json_end(&p->o);
    }
    json_list_end(&p->o);
}

static void put_count(struct print *p, const char *key, struct str word, int64_t n, struct str bucket)
{
    if (!n)
        return;
    json_begin(&p->o);
    json_add_text(&p->o, key, word);
    json_add_int(&p->o, "n", n);
    put_leads(p, bucket);
    json_end(&p->o);
}

static void put_voices(struct print *p, const struct learn_voices *v)
{
    struct learn_share accepted = learn_share_of(v->accepted, v->accepted_n, v->accepted_won);
    struct learn_share rejected = learn_share_of(v->rejected, v->rejected_n, v->rejected_won);

    json_key(&p->o, "feedback");
    json_begin(&p->o);
    put_share(p, "accepted", &accepted, STR("accepted"));
    put_share(p, "rejected_all", &rejected, STR("rejected"));
    json_key(&p->o, "rejected");
    json_list(&p->o);
    for (int i = 0; i < FEEDBACK_REASONS; i++)
        put_count(p, "reason", str_of(learn_feedback_reasons[i]), v->reasons[i],
                  str_print(p->a, "rejected.%s", learn_feedback_reasons[i]));
    json_list_end(&p->o);
    json_key(&p->o, "disputed");
    json_list(&p->o);
    put_count(p, "direction", STR("higher"), v->higher, STR("disputed.higher"));
    put_count(p, "direction", STR("lower"), v->lower, STR("disputed.lower"));
    json_list_end(&p->o);
    json_end(&p->o);
}

static void put_head(struct print *p, const struct learn_whole *w)
{
    const struct learn_report *r = &w->report;

    json_key(&p->o, "model");
    json_begin(&p->o);
    json_key(&p->o, "id");
    json_put_id(&p->o, PREFIX_MODEL, w->ask->model.v);
    json_add_int(&p->o, "version", w->model_version);
    json_add_text(&p->o, "name", w->model_name);
    json_end(&p->o);
    json_add_text(&p->o, "moment", str_of(learn_calibration_moments[w->ask->moment]));
    json_add_int(&p->o, "maturity_days", w->maturity_days);
    json_add_int(&p->o, "base", w->base);
    json_add_bool(&p->o, "sampled", w->base > r->leads);
    json_add_int(&p->o, "leads_total", r->leads);
    json_add_int(&p->o, "n", r->n);
    json_add_int(&p->o, "won", r->won);
    json_add_int(&p->o, "young", r->young);
    put_leads(p, STR("all"));
    json_add_bool(&p->o, "enough", r->enough);
    json_key(&p->o, "need");
    json_begin(&p->o);
    json_add_int(&p->o, "won", LEARN_ENOUGH);
    json_add_int(&p->o, "not", LEARN_ENOUGH);
    json_end(&p->o);
}

struct str learn_whole_print(struct arena *a, const struct learn_whole *w)
{
    struct buf text = buf_new(a, BYTES);
    struct print p = { json_to(&text), a, w->ask->id, w->report.enough };

    json_begin(&p.o);
    put_head(&p, w);
    put_bars(&p, &w->report);
    put_curves(&p, &w->report);
    put_criteria(&p, &w->report, w->titles, w->aged);
    put_cohorts(&p, &w->drift);
    put_sources(&p, &w->drift);
    put_leaks(&p, w);
    put_files(&p, w);
    put_voices(&p, &w->voices);
    json_end(&p.o);
    return buf_str(&text);
}
