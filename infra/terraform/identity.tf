resource "google_service_account" "service" {
  for_each     = toset(["api", "worker", "migrate"])
  account_id   = "${var.name}-${each.value}"
  display_name = "Dashbridge ${each.value}"
}

locals {
  member = { for name, account in google_service_account.service : name => "serviceAccount:${account.email}" }

  secrets_read = {
    "api:database_url"           = { member = local.member["api"], secret = google_secret_manager_secret.made["database_url"].id }
    "api:admin_key"              = { member = local.member["api"], secret = google_secret_manager_secret.made["admin_key"].id }
    "worker:database_url"        = { member = local.member["worker"], secret = google_secret_manager_secret.made["database_url"].id }
    "migrate:database_url"       = { member = local.member["migrate"], secret = google_secret_manager_secret.made["database_url"].id }
    "migrate:database_admin_url" = { member = local.member["migrate"], secret = google_secret_manager_secret.made["database_admin_url"].id }
    "migrate:admin_key"          = { member = local.member["migrate"], secret = google_secret_manager_secret.made["admin_key"].id }
  }
}

resource "google_secret_manager_secret_iam_member" "reads" {
  for_each  = local.secrets_read
  secret_id = each.value.secret
  role      = "roles/secretmanager.secretAccessor"
  member    = each.value.member
}

resource "google_secret_manager_secret_iam_member" "model_key" {
  count     = var.model_key_secret == "" ? 0 : 1
  secret_id = var.model_key_secret
  role      = "roles/secretmanager.secretAccessor"
  member    = local.member["api"]
}

resource "google_storage_bucket_iam_member" "objects" {
  for_each = toset(["api", "worker"])
  bucket   = google_storage_bucket.objects.name
  role     = "roles/storage.objectUser"
  member   = local.member[each.value]
}

resource "google_kms_crypto_key_iam_member" "seals" {
  crypto_key_id = google_kms_crypto_key.connections.id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = local.member["api"]
}

resource "google_project_iam_member" "runs_queries" {
  for_each = var.bigquery_projects
  project  = each.value
  role     = "roles/bigquery.jobUser"
  member   = local.member["api"]
}

resource "google_project_iam_member" "reads_results" {
  for_each = var.bigquery_projects
  project  = each.value
  role     = "roles/bigquery.readSessionUser"
  member   = local.member["api"]
}

resource "google_bigquery_dataset_iam_member" "reads" {
  for_each   = var.bigquery_datasets
  project    = each.value.project
  dataset_id = each.value.dataset
  role       = "roles/bigquery.dataViewer"
  member     = local.member["api"]
}

resource "google_cloud_run_v2_service_iam_member" "open" {
  count    = var.open_to_internet ? 1 : 0
  name     = google_cloud_run_v2_service.api.name
  location = google_cloud_run_v2_service.api.location
  role     = "roles/run.invoker"
  member   = "allUsers"
}
