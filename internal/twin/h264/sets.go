package h264

// The slice headers' fields have these sizes: frame_num has 8 bits.
const frameNumBits = 8

// sps makes the sequence parameter set (clause 7.3.2.1.1).
func (c Config) sps() []byte {
	mw, mh := c.blocks()
	var w writer
	w.put(66, 8)   // profile_idc: Baseline
	w.put(0xc0, 8) // constraint_set0 and 1: Constrained Baseline
	w.put(uint32(c.level()), 8)
	w.ue(0)                // seq_parameter_set_id
	w.ue(frameNumBits - 4) // log2_max_frame_num_minus4
	w.ue(2)                // pic_order_cnt_type: shown in the order of decoding
	w.ue(1)                // max_num_ref_frames
	w.put(0, 1)            // gaps_in_frame_num_value_allowed_flag
	w.ue(uint32(mw - 1))
	w.ue(uint32(mh - 1))
	w.put(1, 1) // frame_mbs_only_flag
	w.put(1, 1) // direct_8x8_inference_flag
	right, bottom := mw*16-c.Width, mh*16-c.Height
	if right == 0 && bottom == 0 {
		w.put(0, 1)
	} else {
		w.put(1, 1) // frame_cropping_flag, in units of two samples
		w.ue(0)
		w.ue(uint32(right / 2))
		w.ue(0)
		w.ue(uint32(bottom / 2))
	}
	w.put(1, 1)
	c.vui(&w)
	w.end()
	return appendNALU(nil, headerSPS, w.b)
}

// vui writes what a player wants to know beside (annex E): full range BT.601 like
// a JPEG, the rate, and that no picture waits for another.
func (c Config) vui(w *writer) {
	w.put(0, 1) // aspect_ratio_info_present_flag
	w.put(0, 1) // overscan_info_present_flag
	w.put(1, 1) // video_signal_type_present_flag
	w.put(5, 3) // video_format: unspecified
	w.put(1, 1) // video_full_range_flag
	w.put(1, 1) // colour_description_present_flag
	w.put(6, 8)
	w.put(6, 8)
	w.put(6, 8)
	w.put(0, 1) // chroma_loc_info_present_flag
	w.put(1, 1) // timing_info_present_flag: a tick is a field, two are a picture
	w.put(1, 32)
	w.put(uint32(2*c.FPS), 32)
	w.put(1, 1) // fixed_frame_rate_flag
	w.put(0, 1) // nal_hrd_parameters_present_flag
	w.put(0, 1) // vcl_hrd_parameters_present_flag
	w.put(0, 1) // pic_struct_present_flag
	w.put(1, 1) // bitstream_restriction_flag
	w.put(1, 1) // motion_vectors_over_pic_boundaries_flag
	w.ue(0)     // max_bytes_per_pic_denom: no limit
	w.ue(0)     // max_bits_per_mb_denom
	w.ue(0)     // log2_max_mv_length_horizontal
	w.ue(0)     // log2_max_mv_length_vertical
	w.ue(0)     // max_num_reorder_frames
	w.ue(1)     // max_dec_frame_buffering
}

// pps makes the picture parameter set (clause 7.3.2.2).
func (c Config) pps() []byte {
	var w writer
	w.ue(0)     // pic_parameter_set_id
	w.ue(0)     // seq_parameter_set_id
	w.put(0, 1) // entropy_coding_mode_flag: CAVLC
	w.put(0, 1) // bottom_field_pic_order_in_frame_present_flag
	w.ue(0)     // num_slice_groups_minus1
	w.ue(0)     // num_ref_idx_l0_default_active_minus1
	w.ue(0)     // num_ref_idx_l1_default_active_minus1
	w.put(0, 1) // weighted_pred_flag
	w.put(0, 2) // weighted_bipred_idc
	w.se(0)     // pic_init_qp_minus26
	w.se(0)     // pic_init_qs_minus26
	w.se(0)     // chroma_qp_index_offset
	w.put(1, 1) // deblocking_filter_control_present_flag
	w.put(0, 1) // constrained_intra_pred_flag
	w.put(0, 1) // redundant_pic_cnt_present_flag
	w.end()
	return appendNALU(nil, headerPPS, w.b)
}

// sliceHeader writes that of the one slice of a picture (clause 7.3.3).
func (e *Encoder) sliceHeader(w *writer, idr bool, qp int) {
	w.ue(0) // first_mb_in_slice
	if idr {
		w.ue(7) // slice_type: all I
	} else {
		w.ue(5) // all P
	}
	w.ue(0) // pic_parameter_set_id
	w.put(uint32(e.frame), frameNumBits)
	if idr {
		w.ue(uint32(e.idrID))
	} else {
		w.put(0, 1) // num_ref_idx_active_override_flag
		w.put(0, 1) // ref_pic_list_modification_flag_l0
	}
	if idr {
		w.put(0, 1) // no_output_of_prior_pics_flag
		w.put(0, 1) // long_term_reference_flag
	} else {
		w.put(0, 1) // adaptive_ref_pic_marking_mode_flag
	}
	w.se(int32(qp - 26))
	w.ue(1) // disable_deblocking_filter_idc: skipped blocks stay as they are
}
