output "address" {
  description = "Where the service answers."
  value       = google_cloud_run_v2_service.api.uri
}

output "registry" {
  description = "Where images are pushed to."
  value       = "${var.region}-docker.pkg.dev/${var.project}/${google_artifact_registry_repository.images.repository_id}"
}

output "bucket" {
  description = "The bucket of the objects."
  value       = google_storage_bucket.objects.name
}

output "admin_key_secret" {
  description = "The secret that holds the first admin's key."
  value       = google_secret_manager_secret.made["admin_key"].secret_id
}

output "migrate_job" {
  description = "The job to run before a release is started."
  value       = google_cloud_run_v2_job.migrate.name
}
