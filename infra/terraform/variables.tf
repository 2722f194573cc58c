variable "project" {
  type        = string
  description = "Google Cloud project that holds everything."
}

variable "region" {
  type        = string
  description = "Region of the services, the database, the bucket and the key."
  default     = "europe-west1"
}

variable "name" {
  type        = string
  description = "Beginning of every resource's name; several installations in a project differ by it."
  default     = "dashbridge"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,20}$", var.name))
    error_message = "Use 3 to 21 of a-z, 0-9 and hyphen, beginning with a letter."
  }
}

variable "image" {
  type        = string
  description = "The image to run, by digest or tag, in the registry that this configuration makes."
}

variable "public_url" {
  type        = string
  description = "Address that people open. Empty until it is known: then links name the address of Cloud Run's first revision."
  default     = ""
}

variable "open_to_internet" {
  type        = bool
  description = "Whether requests reach the service without Google's own sign-in; Dashbridge asks for its own either way."
  default     = true
}

variable "model" {
  type        = string
  description = "DASHBRIDGE_MODEL: offline, anthropic:MODEL or openai:MODEL."
  default     = "offline"
}

variable "model_key_secret" {
  type        = string
  description = "Id of a secret of this project that holds the model's API key. Empty for the offline model."
  default     = ""
}

variable "bigquery_projects" {
  type        = set(string)
  description = "Projects in which the service may run and pay for queries."
  default     = []
}

variable "bigquery_datasets" {
  type = map(object({
    project = string
    dataset = string
  }))
  description = "Datasets that the service may read, under any key."
  default     = {}
}

variable "log_level" {
  type        = string
  description = "DASHBRIDGE_LOG_LEVEL: debug, info, warning or error."
  default     = "info"
}

variable "otlp_endpoint" {
  type        = string
  description = "OTLP/HTTP endpoint for traces and metrics. Empty for none."
  default     = ""
}

variable "usd_per_tib" {
  type        = number
  description = "Price of a TiB that BigQuery reads, in USD."
  default     = 6.25
}

variable "team_day_budget_bytes" {
  type        = number
  description = "Bytes that one team may read from BigQuery in a day; 0 for no limit."
  default     = 1099511627776
}

variable "api_min_instances" {
  type        = number
  description = "Instances of the API that are always there."
  default     = 1
}

variable "api_max_instances" {
  type        = number
  description = "Instances of the API at most. Each opens up to 16 database connections."
  default     = 5
}

variable "api_concurrency" {
  type        = number
  description = "Requests that one instance answers at once; an open event stream is one of them."
  default     = 80
}

variable "api_cpu" {
  type        = string
  description = "CPUs of one instance of the API."
  default     = "2"
}

variable "api_memory" {
  type        = string
  description = "Memory of one instance of the API; its disk is in it: 0.3 GiB of its own, 0.3 of caches, 1.1 of query workers, 2 that they may spill."
  default     = "4Gi"
}

variable "database_tier" {
  type        = string
  description = "Machine of Cloud SQL."
  default     = "db-custom-1-3840"
}

variable "database_highly_available" {
  type        = bool
  description = "Whether Cloud SQL has a standby in another zone."
  default     = false
}

variable "protect" {
  type        = bool
  description = "Whether the database, the bucket and the services are kept from being destroyed."
  default     = true
}

variable "billing_account" {
  type        = string
  description = "Billing account of the budget alert. Empty for none."
  default     = ""
}

variable "monthly_budget_usd" {
  type        = number
  description = "Monthly spending of the project at which the billing account's admins are told."
  default     = 200
}

variable "labels" {
  type        = map(string)
  description = "More labels for every resource."
  default     = {}
}
