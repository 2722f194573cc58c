"""BigQuery: built-in functions that only compute.

Left out on purpose: whatever reads or sends data elsewhere (EXTERNAL_QUERY, ML.*, AI.*, VECTOR_SEARCH, APPENDS,
KEYS.*, functions of a dataset), tells who is asking (SESSION_USER), or raises on demand (ERROR). `SAFE.f(x)`
passes where f does.
"""

from __future__ import annotations

from dashbridge.sql.words import upper_words

_AGGREGATE = """
    any_value approx_count_distinct approx_quantiles approx_top_count approx_top_sum array_agg array_concat_agg avg
    bit_and bit_or bit_xor corr count countif covar_pop covar_samp grouping logical_and logical_or max max_by min min_by
    percentile_cont percentile_disc stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance
    hll_count.extract hll_count.init hll_count.merge hll_count.merge_partial
"""
_WINDOW = """
    cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number
"""
_DATE_TIME = """
    current_date current_datetime current_time current_timestamp date date_add date_bucket date_diff date_from_unix_date
    date_sub date_trunc datetime datetime_add datetime_bucket datetime_diff datetime_sub datetime_trunc extract
    format_date format_datetime format_time format_timestamp generate_date_array generate_range_array
    generate_timestamp_array justify_days justify_hours justify_interval last_day make_interval parse_date
    parse_datetime parse_time parse_timestamp range range_contains range_end range_intersect range_overlaps range_start
    time time_add time_diff time_sub time_trunc timestamp timestamp_add timestamp_bucket timestamp_diff
    timestamp_micros timestamp_millis timestamp_seconds timestamp_sub timestamp_trunc unix_date unix_micros unix_millis
    unix_seconds
"""
_TEXT = """
    ascii byte_length char_length character_length chr code_points_to_bytes code_points_to_string collate concat
    contains_substr edit_distance ends_with format from_base32 from_base64 from_hex initcap instr left length lower lpad
    ltrim normalize normalize_and_casefold octet_length regexp_contains regexp_extract regexp_extract_all regexp_instr
    regexp_replace regexp_substr repeat replace reverse right rpad rtrim safe_convert_bytes_to_string soundex split
    starts_with strpos substr substring to_base32 to_base64 to_code_points to_hex translate trim unicode upper
    farm_fingerprint md5 sha1 sha256 sha512 net.host net.public_suffix net.reg_domain net.ip_from_string
    net.safe_ip_from_string net.ip_to_string net.ip_net_mask net.ip_trunc net.ipv4_from_int64 net.ipv4_to_int64
"""
_NUMBER = """
    abs acos acosh asin asinh atan atan2 atanh bit_count cbrt ceil ceiling cos cosh cosine_distance cot coth csc csch
    div euclidean_distance exp floor greatest ieee_divide is_inf is_nan least ln log log10 mod pow power rand
    range_bucket round safe_add safe_divide safe_multiply safe_negate safe_subtract sec sech sign sin sinh sqrt tan tanh
    trunc parse_bignumeric parse_numeric
"""
_CONDITION = "coalesce generate_uuid if ifnull nullif nullifzero zeroifnull safe_cast typeof"
_NESTED = """
    array_concat array_filter array_first array_includes array_includes_all array_includes_any array_is_distinct
    array_last array_length array_max array_min array_reverse array_slice array_sum array_avg array_to_string
    array_transform flatten generate_array offset ordinal safe_offset safe_ordinal unnest
"""
_JSON = """
    bool float64 int64 json_array json_array_append json_array_insert json_extract json_extract_array
    json_extract_scalar json_extract_string_array json_keys json_object json_query json_query_array json_remove json_set
    json_strip_nulls json_type json_value json_value_array lax_bool lax_float64 lax_int64 lax_string parse_json string
    to_json to_json_string bool_array float64_array int64_array string_array
"""
_GEOGRAPHY = """
    st_area st_astext st_asgeojson st_boundary st_buffer st_centroid st_clusterdbscan st_contains st_coveredby st_covers
    st_difference st_disjoint st_distance st_dwithin st_endpoint st_equals st_geogfromgeojson st_geogfromtext
    st_geogfromwkb st_geogpoint st_geohash st_geogpointfromgeohash st_intersection st_intersects st_isempty st_length
    st_makeline st_makepolygon st_maxdistance st_numpoints st_perimeter st_simplify st_snaptogrid st_startpoint
    st_touches st_union st_within st_x st_y
"""
_TABLES = "unnest"


FUNCTIONS = upper_words(_AGGREGATE, _WINDOW, _DATE_TIME, _TEXT, _NUMBER, _CONDITION, _NESTED, _JSON, _GEOGRAPHY)
TABLE_FUNCTIONS = upper_words(_TABLES)
